from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import base

from livret.core.tenancy.context import WrongEnvironment


class DatabaseWrapper(base.DatabaseWrapper):
    """Refuses a database whose identity row is not the environment and generation that the alias stands for."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        try:
            self._check_identity(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _check_identity(self, connection: Any) -> None:
        expected = self.settings_dict["LIVRET_IDENTITY"]
        with connection.cursor() as cursor:
            cursor.execute("SELECT environment_id::text, generation FROM resident_identity")
            found = cursor.fetchall()
        if not connection.autocommit:
            connection.rollback()
        if found != [expected]:
            name = self.settings_dict["NAME"]
            raise WrongEnvironment(f"database {name} holds identity {found}, expected {expected}: the pointer is wrong")
