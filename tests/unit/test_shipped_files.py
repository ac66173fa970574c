"""What is installed, flashed or printed must be right before anybody stands on a roof with it.

Checks the service unit and its companions against each other, the udev rules, the links in the
documents, and that no file of the project names a developer's machine. What the unit scores and
whether it runs needs systemd itself: hardware/README.md has the command.
"""

import configparser
import re
import shlex
import subprocess
from ipaddress import ip_address, ip_interface
from pathlib import Path

import pytest

from meshnode.api.door.portal import PROBES
from meshnode.node.config import parse_text

ROOT = Path(__file__).resolve().parents[2]
HARDWARE = ROOT / "hardware"
UNIT = HARDWARE / "systemd" / "meshnode.service"
RULES = HARDWARE / "udev" / "60-meshnode.rules"


def tracked(*patterns: str) -> list[Path]:
    """Return the files git knows, as they stand in the work tree."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--", *patterns], cwd=ROOT, capture_output=True, check=True
    )
    paths = [ROOT / name for name in listing.stdout.decode().split("\0") if name]
    return [path for path in paths if path.is_file() and not path.is_symlink()]


def directives(text: str) -> dict[str, list[str]]:
    """Return every value of every `Section.Key` of a unit file, in order."""
    found: dict[str, list[str]] = {}
    section = ""
    for line in text.splitlines():
        if not line or line.startswith(("#", ";")):
            continue
        if header := re.fullmatch(r"\[(\w+)\]", line):
            section = header[1]
            continue
        key, equals, value = line.partition("=")
        assert section, f"before any section: {line!r}"
        assert equals, f"neither section nor directive: {line!r}"
        assert re.fullmatch(r"[A-Z][A-Za-z]+", key), f"not a directive's name: {line!r}"
        found.setdefault(f"{section}.{key}", []).append(value)
    return found


def table(name: str) -> list[list[str]]:
    """Return the fields of each line of a sysusers, tmpfiles or modules-load file."""
    lines = (HARDWARE / "systemd" / name).read_text().splitlines()
    return [shlex.split(line) for line in lines if line and not line.startswith("#")]


# The service.


@pytest.mark.parametrize(
    ("directive", "value"),
    [
        ("Service.Type", "notify"),
        ("Service.User", "meshnode"),
        ("Service.SupplementaryGroups", "dialout"),
        ("Service.StateDirectory", "meshnode"),
        ("Service.RuntimeDirectory", "meshnode"),
        ("Service.Restart", "always"),
        ("Unit.StartLimitIntervalSec", "0"),
        ("Service.WatchdogSec", "60"),
        ("Service.TimeoutStopSec", "15"),
        ("Service.MemoryHigh", "140M"),
        ("Service.MemoryMax", "180M"),
        ("Service.LimitCORE", "0"),
        ("Install.WantedBy", "multi-user.target"),
    ],
)
def test_the_unit_says_what_the_daemon_needs(directive: str, value: str) -> None:
    assert directives(UNIT.read_text())[directive] == [value]


@pytest.mark.parametrize(
    ("directive", "value"),
    [
        ("CapabilityBoundingSet", ""),
        ("AmbientCapabilities", ""),
        ("DevicePolicy", "closed"),
        ("KeyringMode", "private"),
        ("LockPersonality", "yes"),
        ("MemoryDenyWriteExecute", "yes"),
        ("NoNewPrivileges", "yes"),
        ("PrivateMounts", "yes"),
        ("PrivateTmp", "yes"),
        ("PrivateUsers", "yes"),
        ("ProcSubset", "pid"),
        ("ProtectClock", "yes"),
        ("ProtectControlGroups", "yes"),
        ("ProtectHome", "yes"),
        ("ProtectHostname", "yes"),
        ("ProtectKernelLogs", "yes"),
        ("ProtectKernelModules", "yes"),
        ("ProtectKernelTunables", "yes"),
        ("ProtectProc", "invisible"),
        ("ProtectSystem", "strict"),
        ("RemoveIPC", "yes"),
        ("RestrictAddressFamilies", "AF_UNIX AF_INET AF_INET6 AF_NETLINK"),
        ("RestrictNamespaces", "yes"),
        ("RestrictRealtime", "yes"),
        ("RestrictSUIDSGID", "yes"),
        ("SystemCallArchitectures", "native"),
        ("UMask", "0077"),
    ],
)
def test_the_sandbox_keeps_every_wall_behind_the_measured_score(directive: str, value: str) -> None:
    assert directives(UNIT.read_text())[f"Service.{directive}"] == [value]


def test_the_system_calls_are_an_allow_list_with_the_privileged_ones_taken_out() -> None:
    allowed, removed = directives(UNIT.read_text())["Service.SystemCallFilter"]
    assert allowed == "@system-service"
    assert removed == "~@privileged @resources @mount"


def test_each_single_valued_directive_of_the_unit_stands_once() -> None:
    found = directives(UNIT.read_text())
    repeated = {key for key, values in found.items() if len(values) > 1}
    assert repeated == {"Service.DeviceAllow", "Service.SystemCallFilter"}


def test_the_unit_its_user_and_its_folder_agree() -> None:
    unit = directives(UNIT.read_text())
    users = table("sysusers.conf")
    (folder,) = table("tmpfiles.conf")
    command = shlex.split(unit["Service.ExecStart"][0])
    home = command[command.index("--home") + 1]
    assert ["u", "meshnode", "-", "meshnode daemon", home] in users
    assert ["m", "meshnode", "dialout"] in users
    mode = unit["Service.StateDirectoryMode"][0]
    assert folder == ["d", home, mode, "meshnode", "meshnode", "-"]
    assert home == f"/var/lib/{unit['Service.StateDirectory'][0]}"
    assert command[-2:] == ["run", "$MESHNODE_OPTIONS"]


def test_every_serial_driver_the_unit_allows_is_loaded_before_it_starts() -> None:
    allowed = directives(UNIT.read_text())["Service.DeviceAllow"]
    driver_module = {"char-ttyUSB rw": "usbserial", "char-ttyACM rw": "cdc_acm"}
    assert [[driver_module[entry]] for entry in allowed] == table("modules-load.conf")
    assert "systemd-modules-load.service" in directives(UNIT.read_text())["Unit.After"][0]


def test_the_installer_puts_things_where_the_unit_looks_for_them() -> None:
    unit = directives(UNIT.read_text())
    installer = (HARDWARE / "install.sh").read_text()
    venv = re.search(r"^venv=(\S+)$", installer, re.MULTILINE)
    assert venv is not None
    assert unit["Service.ExecStart"][0].startswith(f"{venv[1]}/bin/meshnode ")
    settings = unit["Service.EnvironmentFile"][0].removeprefix("-")
    assert f'install -D -m 644 "$here/systemd/run.env" {settings}' in installer
    for source in re.findall(r'"\$here/((?:systemd|udev)/[\w.-]+)"', installer):
        assert (HARDWARE / source).is_file(), source
    subprocess.run(["sh", "-n", str(HARDWARE / "install.sh")], check=True)


def test_the_options_shipped_are_one_line_of_options_for_run() -> None:
    lines = (HARDWARE / "systemd" / "run.env").read_text().splitlines()
    (setting,) = [line for line in lines if not line.startswith("#")]
    name, _, value = setting.partition("=")
    assert name == "MESHNODE_OPTIONS"
    assert value.split()[::2] == ["--radio", "--http"]
    assert "serial:/dev/meshnode/radio" in value


# The access point.

ACCESS_POINT = HARDWARE / "access-point"


def wifi() -> configparser.ConfigParser:
    """Return the connection for NetworkManager."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(ACCESS_POINT / "meshnode-wifi.nmconnection")
    return parser


def name_server() -> list[tuple[str, str]]:
    """Return the settings of the name server: names and values, in order."""
    lines = (ACCESS_POINT / "dnsmasq.conf").read_text().splitlines()
    settings = [line.partition("=") for line in lines if line and not line.startswith("#")]
    return [(name, value) for name, _, value in settings]


def own_network() -> tuple[str, str]:
    """Return the node's address in its Wi-Fi, alone and with its network."""
    whole = wifi()["ipv4"]["address1"]
    return whole.partition("/")[0], whole


def test_the_wifi_is_an_access_point_that_keeps_phones_apart_and_forwards_nothing() -> None:
    parser = wifi()
    assert parser["wifi"]["mode"] == "ap"
    assert parser["wifi"]["ap-isolation"] == "1"
    assert parser["ipv4"]["method"] == "manual", "shared would pass internet on"
    assert ("interface", parser["connection"]["interface-name"]) in name_server()


def test_phones_get_addresses_in_the_nodes_network_and_the_node_as_name_server() -> None:
    address, whole = own_network()
    settings = name_server()
    (leased,) = [value.split(",") for name, value in settings if name == "dhcp-range"]
    network = ip_interface(whole).network
    first, last = map(ip_address, leased[:2])
    assert first in network
    assert last in network
    assert not first <= ip_address(address) <= last
    options = {value for name, value in settings if name == "dhcp-option"}
    assert options == {f"option:router,{address}", f"option:dns-server,{address}"}


def test_only_what_phones_test_with_leads_to_the_node_and_all_of_that_does() -> None:
    address, _ = own_network()
    told = [value.strip("/").split("/") for name, value in name_server() if name == "address"]
    assert told[0] == ["#"], "what is not named is not there"
    assert {target for _, target in told[1:]} == {address}
    assert {name for name, _ in told[1:]} == {"node.internal", *(host for host, _ in PROBES)}
    assert ("no-resolv", "") in name_server()


def test_who_joins_the_wifi_is_written_to_no_disk() -> None:
    settings = dict(name_server())
    assert settings["dhcp-leasefile"].startswith("/run/")
    assert "quiet-dhcp" in settings
    assert "log-queries" not in settings


def test_what_the_access_points_page_says_is_what_is_shipped() -> None:
    page = (ACCESS_POINT / "README.md").read_text()
    for path in ACCESS_POINT.iterdir():
        if path.name != "README.md":
            assert f"hardware/access-point/{path.name} /etc/" in page, path.name
            target = re.search(rf"access-point/{re.escape(path.name)} (/etc/\S+)", page)
            assert target is not None
            assert target[1] in path.read_text()
    said = re.search(r"^    (\[http\]\n(?:    .+\n)+)", page, re.MULTILINE)
    assert said is not None
    http = parse_text(said[1].encode(), "README.md").http
    assert (http.address, http.portal) == (own_network()[0], True)
    assert "net.ipv4.ip_unprivileged_port_start=80" in (ACCESS_POINT / "sysctl.conf").read_text()


# The names of the radios.

RULE_TERM = r'[A-Z]+(?:\{[^}"]+\})?(?:==|!=|\+=|=)"[^"]*"'


def rules() -> list[str]:
    """Return the udev rules without comments."""
    lines = RULES.read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def test_every_udev_rule_is_a_list_of_terms_with_balanced_quotes() -> None:
    for rule in rules():
        assert re.fullmatch(rf"{RULE_TERM}(?:, {RULE_TERM})*", rule), rule


def test_every_jump_in_the_udev_rules_lands() -> None:
    text = "\n".join(rules())
    assert set(re.findall(r'GOTO="(\w+)"', text)) == set(re.findall(r'LABEL="(\w+)"', text))


def test_the_serial_number_is_read_before_it_is_used() -> None:
    # The distribution reads it in 60-serial.rules, which comes after 60-meshnode.rules.
    text = "\n".join(rules())
    assert 0 < text.index('IMPORT{builtin}="usb_id"') < text.index("ENV{ID_VENDOR_ID}")


@pytest.mark.parametrize("vendor", ["10c4", "1a86", "303a", "239a", "2886"])
def test_the_radios_of_each_maker_get_a_name_and_no_modem_commands(vendor: str) -> None:
    marked = [rule for rule in rules() if rule.startswith(f'ENV{{ID_VENDOR_ID}}=="{vendor}"')]
    spared = [rule for rule in rules() if 'SUBSYSTEM=="usb"' in rule and vendor in rule]
    assert [rule.endswith('ENV{MESHNODE_RADIO}="1"') for rule in marked] == [True]
    assert [rule.endswith('ENV{ID_MM_DEVICE_IGNORE}="1"') for rule in spared] == [True]
    assert 'SYMLINK+="meshnode/radio-$env{ID_SERIAL_SHORT}"' in rules()[-2]


# The documents and the whole tree.


def relative_links(page: Path) -> list[str]:
    """Return where a Markdown page links to inside the repository."""
    prose = re.sub(r"^ *```.*?^ *```", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    targets = re.findall(r"\]\(<?([^)\s>]+)>?(?: \"[^\"]*\")?\)", prose)
    return [target for target in targets if not re.match(r"[a-z][a-z+.-]*:", target)]


def anchors(page: Path) -> set[str]:
    """Return the anchors a forge makes of a page's headings."""
    headings = re.findall(r"^#+ +(.+?) *$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken_links(page: Path) -> list[str]:
    """Return the relative links of a page that lead nowhere."""
    broken = []
    for link in relative_links(page):
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        known = target.exists() and target.is_relative_to(ROOT)
        if not known or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
            broken.append(link)
    return broken


def test_every_relative_link_in_the_documents_leads_somewhere() -> None:
    pages = tracked("*.md")
    assert HARDWARE / "README.md" in pages
    broken = {str(page.relative_to(ROOT)): broken_links(page) for page in pages}
    assert {page: links for page, links in broken.items() if links} == {}


def test_a_link_to_nowhere_is_noticed(tmp_path: Path) -> None:
    page = ROOT / "hardware" / "README.md"
    assert anchors(page) >= {"three-builds", "what-was-tried-and-what-was-not"}
    stray = tmp_path / "page.md"
    stray.write_text("[a](missing.md) [b](#no-such-heading) [c](https://example.org)\n# Here\n")
    assert broken_links(stray) == ["missing.md", "#no-such-heading"]


# Assembled here so that this file does not contain what it looks for.
MACHINE_PATH = re.compile(r"/(?:" + "|".join(["work", "farm", "root"]) + r")/[A-Za-z.]")
REGISTRY_HOST = re.compile(
    "|".join(
        re.escape(".".join(parts))
        for parts in [
            ("pypi", "org"),
            ("pythonhosted", "org"),
            ("registry", "npmjs", "org"),
            ("deb", "debian", "org"),
        ]
    )
)


def test_no_file_names_a_path_of_a_developers_machine_or_a_package_registry() -> None:
    found = []
    for path in tracked():
        content = path.read_bytes()
        if b"\0" in content:
            continue
        text = content.decode("utf-8", errors="replace")
        for pattern in (MACHINE_PATH, REGISTRY_HOST):
            found += [f"{path.relative_to(ROOT)}: {hit[0]}" for hit in pattern.finditer(text)]
    assert found == []


def test_the_patterns_for_machine_paths_and_registries_do_find_them() -> None:
    assert MACHINE_PATH.search("see /" + "work/main/x.py")
    assert REGISTRY_HOST.search("https://files." + "pythonhosted" + ".org/packages")
    assert not MACHINE_PATH.search("a network/of nodes and /var/lib/meshnode")
