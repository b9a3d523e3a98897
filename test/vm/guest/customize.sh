#!/bin/sh
# Runs on the host with the new root as its argument, after the packages are in.
set -eu
root=$1
echo tanmori-guest >"$root/etc/hostname"
echo '127.0.0.1 localhost tanmori-guest' >"$root/etc/hosts"
echo '/dev/vda / ext4 rw,noatime 0 1' >"$root/etc/fstab"
echo 5a6f0f6e2c9b4f0c8d3e7b1a9c2d4e6f >"$root/etc/machine-id"
chroot "$root" useradd --create-home --shell /bin/bash alice
chroot "$root" passwd --delete root
in_root() { SYSTEMD_OFFLINE=1 chroot "$root" systemctl "$@"; }
in_root enable vm-agent.service vm-watch.service mnt-host.mount systemd-networkd.service
# usbguard is there only to be measured beside the agent: a bench unmasks it. A test unmasks chrony.
in_root mask usbguard.service usbguard-dbus.service chrony.service clamav-daemon.service clamav-daemon.socket \
  clamav-freshclam.service nftables.service \
  apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service fstrim.timer \
  getty@tty1.service serial-getty@ttyS0.service systemd-networkd-wait-online.service systemd-pstore.service \
  systemd-update-utmp.service systemd-update-utmp-runlevel.service systemd-random-seed.service \
  systemd-journal-flush.service systemd-rfkill.service systemd-rfkill.socket
mkdir -p "$root/mnt/host"
