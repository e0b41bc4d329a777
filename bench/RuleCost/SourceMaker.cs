using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;

namespace RuleCost;

/// <summary>Makes up the sources of a solution out of pieces (<c>Templates/</c>): always the same ones.</summary>
internal sealed partial class SourceMaker(SourceKind kind)
{
    private readonly string[] _pieces = ReadPieces(kind);
    private readonly Random _random = new(kind == SourceKind.Hosted ? 7 : 11);
    private int _number;

    /// <summary>The types with a method <c>Step</c> that pieces may call, as they are named anywhere.</summary>
    public List<string> Callable { get; } = [];

    /// <summary>A file of about as many lines.</summary>
    /// <param name="place">The namespace.</param>
    /// <param name="lines">The number of lines.</param>
    public string MakeFile(string place, int lines)
    {
        List<string> source =
        [
            "using System;", "using System.Collections.Generic;", "using System.Globalization;", "using System.IO;", "using System.Linq;",
            "using System.Numerics;", "using System.Runtime.CompilerServices;", "using System.Text;", "using System.Threading;", "using System.Threading.Tasks;",
            .. kind == SourceKind.Kernel ? (string[])["using KernelMem.Addresses;"] : [],
            string.Empty, $"namespace {place};", string.Empty,
        ];
        while (source.Count < lines)
        {
            string piece = _pieces[_number % _pieces.Length];

            // The first one must be callable: the others call it.
            if (Callable.Count == 0)
                piece = _pieces.First(IsCallable);
            source.AddRange(Fill(piece, place));
            source.Add(string.Empty);
        }

        return string.Join('\n', source);
    }

    private static bool IsCallable(string piece) => piece.Contains("public static ulong Step(", StringComparison.Ordinal);

    private static string[] ReadPieces(SourceKind kind)
    {
        using Stream stream = typeof(SourceMaker).Assembly.GetManifestResourceStream($"{kind}.txt")!;
        using StreamReader reader = new(stream);
        return [.. reader.ReadToEnd().Split("===\n").Skip(1).Select(static piece => piece.TrimEnd())];
    }

    private List<string> Fill(string piece, string place)
    {
        string number = (++_number).ToString();
        if (IsCallable(piece))
            Callable.Add($"global::{place}.{(kind == SourceKind.Hosted ? "Series" : "Shared")}{number}");
        Dictionary<string, string> numbers = "ABCD".ToDictionary(static letter => letter.ToString(), _ => _random.Next(1, 2000).ToString());
        Statements statements = new(_random);
        List<string> lines = [];
        foreach (string line in piece.Split('\n'))
        {
            if (line.Trim() == "#S")
                lines.AddRange(statements.Make().Select(statement => line[..^2] + statement));
            else
                lines.Add(Placeholder().Replace(line, found => found.Groups["letter"].Value switch { "N" => number, "U" => Callable[_random.Next(Callable.Count)], var letter => numbers[letter] }));
        }

        return lines;
    }

    [GeneratedRegex("#(?<letter>[ABCDNU])", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Placeholder();
}
