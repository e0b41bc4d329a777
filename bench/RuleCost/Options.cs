using System;
using System.Globalization;
using System.Linq;

namespace RuleCost;

/// <summary>What the command line says.</summary>
/// <param name="Build">Whether builds are measured.</param>
/// <param name="Live">Whether edits are measured.</param>
/// <param name="Passes">Whether the analyzers are measured one by one.</param>
/// <param name="Projects">How many projects a solution has.</param>
/// <param name="Lines">How many lines a project has.</param>
/// <param name="Rounds">How often everything is built after the first time.</param>
/// <param name="IsCold">Whether each build has a compiler of its own that was just started.</param>
/// <param name="KeepFolder">Where the solutions are written, and left; null for a folder that is deleted.</param>
internal sealed record Options(bool Build, bool Live, bool Passes, int Projects, int Lines, int Rounds, bool IsCold, string? KeepFolder)
{
    public static Options Parse(string[] arguments)
    {
        string? Value(string name) => arguments.Where(argument => argument.StartsWith(name, StringComparison.Ordinal)).Select(argument => argument[name.Length..]).LastOrDefault();
        int Number(string name, int fallback) => Value(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : fallback;
        bool Is(string part) => arguments.Contains(part) || Array.TrueForAll(arguments, static argument => argument.StartsWith("--", StringComparison.Ordinal));
        return new Options(
            Is("build"),
            Is("live"),
            Is("passes"),
            Number("--projects=", 20),
            Number("--lines=", 5000),
            Number("--rounds=", 5),
            arguments.Contains("--cold"),
            Value("--keep="));
    }
}
