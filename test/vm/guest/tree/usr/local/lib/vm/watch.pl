# Records every block node of a removable medium: when it came, who said so, and whether 512 bytes could be read from it.
# Looks at /dev every 2 ms and at the kernel's own uevents at once, udevd has no part in it. One line per finding in /run/vm/watch:
#   start UPTIME | arrival BUS_NAME UPTIME | node NAME HOW UPTIME | readable NAME UPTIME | gone NAME UPTIME | tick COUNT UPTIME
use strict;
use warnings;
use Fcntl;
use IO::Handle;
use Socket;
use Time::HiRes qw(clock_gettime CLOCK_BOOTTIME);

my $media = qr/sd[a-z]+|sr\d+|mmcblk\d+|nvme\d+n\d+/;
mkdir '/run/vm';
open my $log, '>>', '/run/vm/watch' or die "no log: $!";
$log->autoflush(1);
my (%there, %read) = ();

my ($netlink, $raw, $kobject_uevent) = (16, SOCK_RAW, 15);
socket my $uevents, $netlink, $raw, $kobject_uevent or die "no uevents: $!";
setsockopt $uevents, SOL_SOCKET, 33, 8 << 20;    # SO_RCVBUFFORCE
bind $uevents, pack('S S L L', $netlink, 0, 0, 1) or die "no uevents: $!";
fcntl $uevents, F_SETFL, O_NONBLOCK;

record('start');
read_kernel_log() if grep { $_ eq 'from-boot' } @ARGV;
my $ticks = 0;
$SIG{USR1} = sub { record('tick', $ticks) };    # how often it has looked, on demand
while (1) {
    my $readable = '';
    vec($readable, fileno $uevents, 1) = 1;
    select $readable, undef, undef, 0.002;
    take_uevents();
    look();
    record('tick', $ticks) if ++$ticks == 1;
}

sub record { print $log join(' ', @_, sprintf '%.3f', clock_gettime(CLOCK_BOOTTIME)), "\n" }

# Before this program ran, only the kernel's log tells. (It does not name optical drives.)
sub read_kernel_log {
    sysopen my $kmsg, '/dev/kmsg', O_RDONLY | O_NONBLOCK or return;
    while (sysread $kmsg, my $line, 8192) {
        record('node', $1 // $2, 'kernel-log') if $line =~ /\[(sd[a-z]+)\] |;(mmcblk\d+): /;
    }
}

sub take_uevents {
    while (sysread $uevents, my $message, 65536) {
        record('arrival', $1 // $2) if $message =~ m{\Aadd@[^\0]*/(?:usb\d+/(?:[^\0]*/)?(\d+-[\d.]+)|mmc\d+/(mmc\d+:\w+))\0};
        next unless $message =~ m{\A(add|remove)@[^\0]*/block/($media)\0};
        my ($action, $name) = ($1, $2);
        if ($action eq 'add') { appeared($name, 'uevent'); attempt($name) }
        else                  { vanished($name) }
    }
}

sub look {
    opendir my $dev, '/dev' or return;
    my %now = map { $_ => 1 } grep { /\A$media\z/ } readdir $dev;
    appeared($_, 'dev') for grep { !$there{$_} } keys %now;
    vanished($_) for grep { !$now{$_} && $there{$_} eq 'dev' } keys %there;
    attempt($_) for keys %now;
}

sub appeared {
    my ($name, $how) = @_;
    record('node', $name, $how) unless ($there{$name} // '') eq $how;
    $there{$name} = $how;
}

sub vanished {
    my ($name) = @_;
    record('gone', $name) if delete $there{$name};
    delete $read{$name};
}

sub attempt {
    my ($name) = @_;
    return if $read{$name};
    sysopen my $node, "/dev/$name", O_RDONLY | O_NONBLOCK or return;
    return unless sysread $node, my $bytes, 512;
    $read{$name} = 1;
    record('readable', $name);
}
