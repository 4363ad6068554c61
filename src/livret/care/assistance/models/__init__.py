"""The tables of assistance."""

from livret.care.assistance.models.remote import RemoteSession, RemoteSessionEvent, RemoteTool
from livret.care.assistance.models.web import Registration, WebInvitation, WebSession

__all__ = ["Registration", "RemoteSession", "RemoteSessionEvent", "RemoteTool", "WebInvitation", "WebSession"]
