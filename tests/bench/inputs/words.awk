# SPDX-License-Identifier: MIT
# Counts words and pairs of words of a text.
{
    for (i = 1; i <= NF; i++) {
        words[$i]++
        if (i > 1) pairs[$(i - 1) " " $i] = pairs[$(i - 1) " " $i] "," NR
        line = line substr($i, 1, 1)
    }
    line = toupper(substr(line, length(line) - 40))
}
END {
    for (word in words) if (words[word] > most) { most = words[word]; first = word }
    print first, most, length(pairs), line
}
