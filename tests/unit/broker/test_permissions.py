"""The rights are as small as the design says, and nobody's reach over another's."""

from shared.broker.permissions import LEDGER, SERVICE_PERMISSIONS, SYSTEM, TENANTS, tenant_permissions

AS = "filer~9f3c0a1b2c3d4e5f"


def test_a_tenant_has_one_subject_to_publish_on_and_two_to_hear() -> None:
    granted = tenant_permissions("qt/dong-ha", AS, ["filer"])
    assert granted.publish == (f"par.emit.qt.*.{AS}.dong-ha",)
    assert granted.subscribe == ("_INBOX_qt_dong-ha.>", "par.outcome.qt.dong-ha.>")
    assert granted.account == TENANTS


def test_a_roots_auditor_hears_what_is_recorded_and_no_other_auditor_does() -> None:
    as_ = AS.replace("filer", "auditor")
    assert "par.recorded.qt.>" in tenant_permissions("qt", as_, ["auditor"]).subscribe
    assert "par.recorded.qt.>" not in tenant_permissions("qt/dong-ha", as_, ["auditor"]).subscribe
    assert "par.recorded.qt.>" not in tenant_permissions("qt", AS, ["filer"]).subscribe


def test_the_relay_alone_writes_what_was_recorded() -> None:
    may = {name for name, granted in SERVICE_PERMISSIONS.items() if "par.recorded.>" in granted.publish}
    assert may == {"relay"}


def test_the_write_services_alone_answer() -> None:
    may = {name for name, granted in SERVICE_PERMISSIONS.items() if "par.outcome.>" in granted.publish}
    assert may == {"ingest", "appraisal"}


def test_nobody_may_delete_purge_or_do_everything() -> None:
    for granted in SERVICE_PERMISSIONS.values():
        for subject in (*granted.publish, *granted.subscribe):
            assert subject not in {">", "*", "$JS.>", "$JS.API.>", "$SYS.>"}
            assert "DELETE" not in subject
            assert "PURGE" not in subject


def test_query_has_no_user() -> None:
    assert SERVICE_PERMISSIONS.keys() == {"ingest", "appraisal", "relay", "scoring", "provisioner", "keeper"}


def test_what_is_recorded_lies_in_an_account_of_its_own() -> None:
    assert {name: granted.account for name, granted in SERVICE_PERMISSIONS.items()} == {
        "ingest": TENANTS,
        "appraisal": TENANTS,
        "provisioner": TENANTS,
        "relay": LEDGER,
        "scoring": LEDGER,
        "keeper": SYSTEM,
    }


def test_the_keeper_asks_how_the_server_is_and_nothing_else() -> None:
    assert SERVICE_PERMISSIONS["keeper"].publish == ("$SYS.REQ.SERVER.PING.HEALTHZ",)
    assert SERVICE_PERMISSIONS["keeper"].subscribe == ("_INBOX.keeper.>",)
