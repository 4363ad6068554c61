import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from prometheus_client import REGISTRY

from livret.core.http import AddressMiddleware, PolicyMiddleware, ReferenceMiddleware


def answered(middleware, request, **headers):
    return middleware(lambda _request: HttpResponse("x", headers=headers))(request)


class TestPolicy:
    def test_a_page_loads_nothing_from_elsewhere_and_runs_nothing_written_in_it(self):
        policy = answered(PolicyMiddleware, RequestFactory().get("/"))["Content-Security-Policy"]

        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy

    def test_a_page_that_needs_another_policy_keeps_its_own(self):
        answer = answered(PolicyMiddleware, RequestFactory().get("/"), **{"Content-Security-Policy": "default-src x"})

        assert answer["Content-Security-Policy"] == "default-src x"

    @pytest.mark.parametrize("path", ["/e/atelier/", "/espace/", "/console/", "/compte/connexion/"])
    def test_no_cache_keeps_a_private_page(self, path):
        assert answered(PolicyMiddleware, RequestFactory().get(path))["Cache-Control"] == "no-store, private"

    def test_a_public_page_may_be_kept_unless_it_is_shown_to_a_signed_in_person(self, settings):
        request = RequestFactory().get("/livret/")
        public = answered(PolicyMiddleware, request)
        request.COOKIES[settings.SESSION_COOKIE_NAME] = "anything"

        assert "Cache-Control" not in public
        assert answered(PolicyMiddleware, request)["Cache-Control"] == "no-store, private"


class TestReference:
    def counted(self, **labels):
        return REGISTRY.get_sample_value("livret_request_seconds_count", {"view": "none", "status": "200", **labels})

    def test_each_answer_has_its_own_reference(self):
        first, second = (answered(ReferenceMiddleware, RequestFactory().get("/")) for _number in range(2))

        assert len(first["X-Request-Id"]) == 12
        assert first["X-Request-Id"] != second["X-Request-Id"]

    def test_an_answer_is_measured(self):
        before = self.counted(method="GET") or 0

        answered(ReferenceMiddleware, RequestFactory().get("/"))

        assert self.counted(method="GET") == before + 1

    def test_a_made_up_method_makes_no_new_series_of_figures(self):
        answered(ReferenceMiddleware, RequestFactory().generic("XYZZY", "/"))

        assert self.counted(method="XYZZY") is None
        assert self.counted(method="other") >= 1


class TestAddress:
    @pytest.mark.parametrize(
        ("proxies", "header", "address"),
        [
            (0, "203.0.113.9", "10.0.0.1"),
            (1, "198.51.100.7, 203.0.113.9", "203.0.113.9"),
            (2, "198.51.100.7, 203.0.113.9", "198.51.100.7"),
            (2, "203.0.113.9", "10.0.0.1"),
            (1, "", "10.0.0.1"),
            (1, "<script>", "10.0.0.1"),
            (1, "2001:db8::7", "2001:db8::7"),
        ],
    )
    def test_only_what_our_own_proxies_added_is_believed(self, settings, proxies, header, address):
        settings.PROXIES = proxies
        request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": header})

        answered(AddressMiddleware, request)

        assert request.META["REMOTE_ADDR"] == address
