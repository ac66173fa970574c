#!/bin/sh
# Install or update meshnode as a service on Raspberry Pi OS or Debian: sudo hardware/install.sh
# Touches /opt/meshnode, the five files named below, and /etc/meshnode/run.env if it is missing.
# Keys and data in /var/lib/meshnode stay as they are. Safe to run again.
set -eu
umask 022

here=$(cd "$(dirname "$0")" && pwd)
venv=/opt/meshnode

if [ "$(id -u)" -ne 0 ]; then
    echo "This needs root. Run: sudo $0" >&2
    exit 1
fi
if ! python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "Python 3.11 or newer with venv is missing. Run: sudo apt install python3-venv" >&2
    exit 1
fi

echo "1/3 The program, into $venv (some minutes on a Zero)"
python3 -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    --require-hashes -r "$here/../requirements.lock"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    --no-deps --force-reinstall "$here/.."

echo "2/3 The service, its user, its rights"
install -D -m 644 "$here/systemd/meshnode.service" /etc/systemd/system/meshnode.service
install -D -m 644 "$here/systemd/sysusers.conf" /etc/sysusers.d/meshnode.conf
install -D -m 644 "$here/systemd/tmpfiles.conf" /etc/tmpfiles.d/meshnode.conf
install -D -m 644 "$here/systemd/modules-load.conf" /etc/modules-load.d/meshnode.conf
install -D -m 644 "$here/udev/60-meshnode.rules" /etc/udev/rules.d/60-meshnode.rules
if [ ! -e /etc/meshnode/run.env ]; then
    install -D -m 644 "$here/systemd/run.env" /etc/meshnode/run.env
fi

echo "3/3 Telling the system"
systemd-sysusers meshnode.conf
systemd-tmpfiles --create meshnode.conf
if [ -d /run/systemd/system ]; then
    systemctl daemon-reload
    systemctl restart systemd-modules-load.service
    udevadm control --reload
    udevadm trigger --subsystem-match=usb --subsystem-match=tty
fi

if [ -n "$(ls -A /var/lib/meshnode)" ]; then
    echo "Done. Now: sudo systemctl restart meshnode"
else
    echo "Done. Next: make this node's keys, see hardware/first-bulletin.md, step 3."
fi
