"""Roles of the server, when several processes of the platform start together."""

from concurrent.futures import ThreadPoolExecutor

from livret.core.tenancy import provision


def test_processes_that_start_together_all_find_the_roles(cluster):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: [provision.make_roles(cluster) for _ in range(4)], range(8)))

    with provision.connected(cluster.host, cluster.port, "postgres", role="app") as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
