import pytest
from tests import access
from tests.test_access import ask, scene  # noqa
TWO = ("/accounts/",)
ONLY_GET = ("inactive","confirm-email/","done/","2fa/","webauthn/", "recovery-codes/", "download/")
@pytest.mark.django_db
def test_record(scene):
    out, seen = [], set()
    for route in access.routes():
        if route.path in seen: continue
        seen.add(route.path)
        r = ask(scene, "alice", "DELETE", route.path)
        if r.status_code == 405:
            methods = [m for m in r["Allow"].split(", ") if m not in ("HEAD","OPTIONS")]
        elif route.path.startswith("/api"): methods = ["GET"]
        else: methods = ["GET","POST"]
        for m in sorted(methods):
            st = {}
            for p in access.PERSONAS:
                try: st[p] = ask(scene, p, m, route.path).status_code
                except Exception as e:
                    st[p] = 999; print("EXC", m, route.path, p, type(e), str(e)[:300])
            out.append(access.line(m, route.path, st))
    open("/tmp/access.txt","w").write("\n".join(out)+"\n")
