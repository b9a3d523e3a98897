# Runs shell scripts for the test on the host, many at a time, over a virtio serial port: no network is involved, so a
# quarantine does not cut it. Each frame is one line, then as many bytes as the line's last number says.
#   host -> guest   run ID TIMEOUT_MS BYTES
#   guest -> host   hello BOOT_ID | out ID BYTES | err ID BYTES | end ID CODE     (124: out of time)
use strict;
use warnings;
use Fcntl;
use POSIX qw(:sys_wait_h setsid);
use Time::HiRes qw(sleep time);

my $port   = open_port();
my %jobs   = ();
my $buffer = '';
$SIG{CHLD} = sub { };    # ends the select() early
$SIG{PIPE} = 'IGNORE';
@ENV{qw(PATH HOME LANG)} = ('/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', '/root', 'C.UTF-8');
put('hello ' . boot_id() . "\n");

while (1) {
    my $readable = '';
    vec($readable, fileno $_, 1) = 1 for $port, map { values %{ $_->{pipes} } } values %jobs;
    my $found = select($readable, undef, undef, %jobs ? 0.2 : 5);
    if ($found > 0) {
        take_input() if vec($readable, fileno $port, 1);
        forward($_, $readable) for keys %jobs;
    }
    finish($_) for keys %jobs;
}

sub open_port {
    while (1) {
        for my $name (glob '/sys/class/virtio-ports/*/name') {
            open my $file, '<', $name or next;
            next unless (<$file> // '') eq "tanmori\n";
            my ($device) = $name =~ m{virtio-ports/([^/]+)/};
            return $port if sysopen $port, "/dev/$device", O_RDWR;
        }
        sleep 0.05;
    }
}

sub boot_id { open my $file, '<', '/proc/sys/kernel/random/boot_id' or return 'unknown'; chomp(my $id = <$file>); return $id }

sub put {
    my $bytes = join '', @_;
    while (length $bytes) {
        my $written = syswrite $port, $bytes;
        if ($written) { substr $bytes, 0, $written, '' }
        else          { sleep 0.02 }
    }
}

# A read of nothing means that the host has not opened its end yet.
sub take_input {
    sysread($port, $buffer, 65536, length $buffer) or return sleep 0.05;
    while ($buffer =~ /\Arun (\d+) (\d+) (\d+)\n/ && length $buffer >= $+[0] + $3) {
        my ($id, $timeout_ms, $start, $size) = ($1, $2, $+[0], $3);
        start($id, $timeout_ms, substr $buffer, $start, $size);
        substr $buffer, 0, $start + $size, '';
    }
}

sub start {
    my ($id, $timeout_ms, $script) = @_;
    pipe my $out, my $out_end;
    pipe my $err, my $err_end;
    my $pid = fork // return put("end $id 125\n");
    if (!$pid) {
        setsid();
        $SIG{PIPE} = 'DEFAULT';
        open STDIN,  '<',  '/dev/null';
        open STDOUT, '>&', $out_end;
        open STDERR, '>&', $err_end;
        exec '/bin/bash', '-c', $script;
        POSIX::_exit(127);
    }
    $jobs{$id} = { pid => $pid, pipes => { out => $out, err => $err }, deadline => time + $timeout_ms / 1000 };
}

sub forward {
    my ($id, $readable) = @_;
    my $pipes = $jobs{$id}{pipes};
    for my $name (keys %$pipes) {
        next unless vec($readable, fileno $pipes->{$name}, 1);
        my $size = sysread $pipes->{$name}, my $bytes, 65536;
        if   ($size) { put("$name $id $size\n", $bytes) }
        else         { close delete $pipes->{$name} }
    }
}

# What a background child still holds open does not keep a finished script from ending: only what is there now is sent.
sub finish {
    my ($id) = @_;
    my $job = $jobs{$id} // return;
    my $late = time > $job->{deadline};
    kill 'KILL', -$job->{pid} if $late;
    return unless waitpid($job->{pid}, $late ? 0 : WNOHANG) == $job->{pid};
    my $status = $?;
    while (1) {
        my $readable = '';
        vec($readable, fileno $_, 1) = 1 for values %{ $job->{pipes} };
        last unless %{ $job->{pipes} } && select($readable, undef, undef, 0) > 0;
        forward($id, $readable);
    }
    delete $jobs{$id};
    put("end $id " . ($late ? 124 : $status & 127 ? 128 + ($status & 127) : $status >> 8) . "\n");
}
