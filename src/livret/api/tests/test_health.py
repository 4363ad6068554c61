import os
import subprocess
import sys

import pytest

from livret import __version__
from livret.core.mail import services as mail
from livret.core.mail.models import Message
from livret.core.tenancy.models import Environment

TOKEN = "jeton-de-supervision"


class TestHealth:
    def test_a_service_whose_database_answers_is_well(self, control, client):
        answer = client.get("/sante/")

        assert (answer.status_code, answer.json()) == (200, {"status": "ok", "version": __version__})

    def test_it_asks_one_question_and_opens_no_session(self, control, client, django_assert_num_queries):
        with django_assert_num_queries(1):
            client.get("/sante/")

    @pytest.mark.parametrize("method", ["post", "put", "delete"])
    def test_it_is_only_read(self, control, client, method):
        assert getattr(client, method)("/sante/").status_code == 405

    @pytest.mark.slow
    @pytest.mark.parametrize("cookie", ["", "livret_session=anything"])
    def test_a_service_whose_database_is_gone_says_so(self, tmp_path, cookie):
        """In a process of its own, whose database is a port where nobody listens."""
        program = (
            "import sys, django; django.setup(); from django.test import Client;"
            "answer = Client(raise_request_exception=False).get('/sante/', headers={'Cookie': sys.argv[1]});"
            "print(answer.status_code, answer.content.decode())"
        )
        environ = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "livret.config.settings",
            "LIVRET_STATE": str(tmp_path),
            "LIVRET_HOSTS": "testserver",
            "DATABASE_URL": "postgresql://x:secret@127.0.0.1:1/x",
        }

        answer = subprocess.run(
            [sys.executable, "-c", program, cookie], env=environ, capture_output=True, text=True, check=True
        )

        assert answer.stdout.startswith('503 {"status": "unavailable"')
        assert "secret" not in answer.stdout + answer.stderr


class TestMetrics:
    def test_this_machine_reads_the_figures_without_a_token(self, control, client):
        answer = client.get("/metriques/")

        assert answer.status_code == 200
        assert answer["Content-Type"].startswith("text/plain")
        assert "livret_request_seconds_bucket" in answer.content.decode()

    @pytest.mark.parametrize("address", ["192.0.2.1", "10.0.0.1", "::ffff:192.0.2.1", ""])
    def test_another_machine_does_not(self, control, client, address):
        assert client.get("/metriques/", REMOTE_ADDR=address).status_code == 403

    @pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
    def test_a_proxy_on_this_machine_does_not_open_it_to_everybody(self, control, client, header):
        assert client.get("/metriques/", headers={header: "192.0.2.1"}).status_code == 403

    def test_with_a_token_another_machine_reads_them(self, control, client, settings):
        settings.METRICS_TOKEN = TOKEN

        answer = client.get("/metriques/", headers={"Authorization": f"Bearer {TOKEN}"}, REMOTE_ADDR="192.0.2.1")

        assert answer.status_code == 200

    @pytest.mark.parametrize(
        "given", ["", TOKEN, f"Bearer {TOKEN}x", f"bearer {TOKEN}", "Bearer ", "Bearer jeton-é\udcff"]
    )
    def test_with_a_token_nobody_reads_them_without_it(self, control, client, settings, given):
        settings.METRICS_TOKEN = TOKEN

        assert client.get("/metriques/", headers={"Authorization": given}).status_code == 403

    def test_the_state_of_the_platform_is_among_the_figures(self, environment, client):
        Environment.objects.update(state="migrating")
        message = mail.send(to="a@b.example", subject="x", text="x", at=environment.created_at)

        figures = client.get("/metriques/").content.decode()
        waits = [float(line.split()[1]) for line in figures.splitlines() if line.startswith("livret_oldest_waiting")]
        Message.objects.filter(pk=message.pk).update(state="kept")

        assert 'livret_environments{state="migrating"} 1.0' in figures
        assert 'livret_jobs{status="todo"} 1.0' in figures
        assert waits[0] > 0
        assert "livret_oldest_waiting_mail_seconds 0.0" in client.get("/metriques/").content.decode()


COUNTING = """
import sys
from prometheus_client import CollectorRegistry, generate_latest, multiprocess
from livret.core.http import REQUESTS
REQUESTS.labels("home", "GET", 200).observe(0.01)
registry = CollectorRegistry()
multiprocess.MultiProcessCollector(registry)
print(generate_latest(registry).decode())
"""


def test_the_figures_of_several_processes_add_up(tmp_path):
    environ = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}

    outputs = [subprocess.check_output([sys.executable, "-c", COUNTING], env=environ, text=True) for _n in range(3)]

    assert 'livret_request_seconds_count{method="GET",status="200",view="home"} 3.0' in outputs[-1]
