using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;

namespace KernelMem.Boot.Tests;

/// <summary>What a kernel lists as mapped, and the same in the words of QEMU's monitor.</summary>
/// <param name="Runs">Its lines, by ascending address.</param>
internal sealed partial record ListedPages(IReadOnlyList<ListedRun> Runs)
{
    private const int CacheDisable = 2;
    private const int WriteThrough = 1;

    /// <summary>Finds the list in what a kernel said.</summary>
    public static ListedPages Parse(string report)
    {
        return new ListedPages([.. Line().Matches(report).Select(static match => new ListedRun(
            Hex(match.Groups["start"]),
            Hex(match.Groups["bytes"]),
            Hex(match.Groups["physical"]),
            Level: match.Groups["level"].Value[0] - '0',
            Rights: match.Groups["rights"].Value,
            Cache: match.Groups["cache"].Value[0] - '0',
            Use: match.Groups["use"].Value))]);

        static ulong Hex(Group digits) => ulong.Parse(digits.Value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }

    /// <summary>Where this and QEMU's lists of pages and of ranges differ: lines that only one side has.</summary>
    /// <param name="infoTlb">The pages.</param>
    /// <param name="infoMem">The ranges, if there is such a list.</param>
    public IReadOnlyList<string> DifferencesFrom(string infoTlb, string? infoMem)
    {
        Dictionary<ulong, string> theirs = LinesOf(infoTlb).ToDictionary(static line => Convert.ToUInt64(line[..16], 16));
        List<string> differences =
        [
            .. Differ(TlbLines(), theirs.Values.Select(WithoutUse)),
            .. infoMem is null ? [] : Differ(MemLines(), LinesOf(infoMem)),
        ];

        // Query tells of a run whether any of its pages was used.
        foreach (ListedRun run in Runs)
        {
            string[] flags = [.. run.Pages.Select(page => theirs.GetValueOrDefault(page, "")).Where(static line => line.Length > 0).Select(FlagsOf)];
            string use = (flags.Any(static text => text[4] == 'A') ? "a" : "-") + (flags.Any(static text => text[3] == 'D') ? "d" : "-");
            if (use != run.Use)
                differences.Add($"{run}: used as {use}");
        }

        return differences;
    }

    // `info tlb`: each last entry with its own bits, but for PAT. P says that the page is a large one.
    private IEnumerable<string> TlbLines()
    {
        foreach (ListedRun run in Runs)
        {
            string flags = string.Concat(
                run.Has('x') ? '-' : 'X',
                run.Has('g') ? 'G' : '-',
                run.Level > 1 ? 'P' : '-',
                "..",
                (run.Cache & CacheDisable) != 0 ? 'C' : '-',
                (run.Cache & WriteThrough) != 0 ? 'T' : '-',
                run.Has('u') ? 'U' : '-',
                run.Has('w') ? 'W' : '-');
            foreach (ulong page in run.Pages)
                yield return $"{page:x16}: {run.Physical + (page - run.Start):x16} {flags}";
        }
    }

    // `info mem`: stretches that user mode may use and that may be written, by all levels together.
    private IEnumerable<string> MemLines()
    {
        for (int first = 0, next; first < Runs.Count; first = next)
        {
            ListedRun run = Runs[first];
            ulong end = run.Start + run.Bytes;
            for (next = first + 1; next < Runs.Count && Runs[next].Start == end && Runs[next].Has('u') == run.Has('u') && Runs[next].Has('w') == run.Has('w'); next++)
                end += Runs[next].Bytes;
            yield return $"{run.Start:x16}-{end:x16} {end - run.Start:x16} {(run.Has('u') ? 'u' : '-')}r{(run.Has('w') ? 'w' : '-')}";
        }
    }

    private static IEnumerable<string> Differ(IEnumerable<string> ours, IEnumerable<string> theirs)
    {
        HashSet<string> left = [.. ours];
        HashSet<string> right = [.. theirs];
        return [.. left.Except(right).Select(static line => "listed: " + line), .. right.Except(left).Select(static line => "QEMU:   " + line)];
    }

    private static string[] LinesOf(string answer) =>
        answer.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries);

    // Flags are the last word: XGPDACTUW.
    private static string FlagsOf(string line) => line[^9..];

    private static string WithoutUse(string line) => line[..^6] + ".." + line[^4..];

    [GeneratedRegex(@"^0x(?<start>[0-9a-f]{16}) 0x(?<bytes>[0-9a-f]{16}) 0x(?<physical>[0-9a-f]{16}) (?<level>[123]) (?<rights>[w-][x-][u-][g-]) (?<cache>[0-7]) (?<use>[a-][d-])\r?$", RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Line();
}

/// <summary>A line: pages of one size that follow one another and are for the same.</summary>
/// <param name="Start">From where.</param>
/// <param name="Bytes">How long.</param>
/// <param name="Physical">Where the memory begins.</param>
/// <param name="Level">1 for pages of 4 KiB, 3 for 1 GiB.</param>
/// <param name="Rights">Letters w, x, u, g: writable, executable, user, global.</param>
/// <param name="Cache">The index into the PAT.</param>
/// <param name="Use">Letters a, d: accessed, dirty.</param>
internal sealed record ListedRun(ulong Start, ulong Bytes, ulong Physical, int Level, string Rights, int Cache, string Use)
{
    /// <summary>Its pages' addresses.</summary>
    public IEnumerable<ulong> Pages
    {
        get
        {
            ulong size = 4096UL << (9 * (Level - 1));
            for (ulong offset = 0; offset < Bytes; offset += size)
                yield return Start + offset;
        }
    }

    /// <summary>Whether a right is among its own.</summary>
    public bool Has(char right) => Rights.Contains(right, StringComparison.Ordinal);
}
