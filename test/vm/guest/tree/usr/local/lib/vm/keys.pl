# Prints `recording`, then what any input device reports as `event DEVICE TYPE CODE VALUE`, until it is killed; later devices too.
use strict;
use warnings;
use Fcntl;
use IO::Handle;

STDOUT->autoflush(1);
my %open = ();
my $told = 0;
while (1) {
    for my $path (glob '/dev/input/event*') {
        next if $open{$path};
        sysopen $open{$path}, $path, O_RDONLY | O_NONBLOCK or delete $open{$path};
    }
    print "recording\n" unless $told++;
    my $readable = '';
    vec($readable, fileno $_, 1) = 1 for values %open;
    select $readable, undef, undef, 0.1;
    for my $path (keys %open) {
        my $size = sysread $open{$path}, my $events, 24 * 64;
        if (!defined $size) { delete $open{$path} unless $!{EAGAIN}; next }
        while (length $events >= 24) {
            my (undef, undef, $type, $code, $value) = unpack 'q q S S l', substr $events, 0, 24, '';
            print join(' ', 'event', name_of($path), $type, $code, $value), "\n" if $type == 1 || $type == 2 || $type == 3;
        }
    }
}

sub name_of {
    my ($event) = $_[0] =~ m{([^/]+)\z};
    open my $file, '<', "/sys/class/input/$event/device/name" or return $event;
    chomp(my $name = <$file>);
    $name =~ tr/ /_/;
    return $name;
}
