# SPDX-License-Identifier: MIT
# Counts words and pairs of words of a text.
use strict;
use warnings;

my (%words, %pairs);
while (my $line = <>) {
    my @all = split ' ', $line;
    $words{$_}++ for @all;
    push @{$pairs{$all[$_ - 1]}}, $all[$_] for 1 .. $#all;
}
my @order = sort { $words{$b} <=> $words{$a} || $a cmp $b } keys %words;
print join("\n", map { "$_ $words{$_} " . scalar @{$pairs{$_} // []} } @order[0 .. 9]), "\n";
