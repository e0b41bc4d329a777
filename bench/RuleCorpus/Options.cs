using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace RuleCorpus;

/// <summary>What the command line says.</summary>
/// <param name="Inputs">Assemblies and folders.</param>
/// <param name="References">Folders of assemblies to compile against, beside those of .NET and those next to an assembly.</param>
/// <param name="Level">How the code is compiled.</param>
/// <param name="ListLength">How many differences are listed of each kind.</param>
/// <param name="Calls">Whether calls are compared, to the end, in place of what code does by itself.</param>
/// <param name="KeepFolder">Where decompiled sources are written to; null for nowhere.</param>
internal sealed record Options(IReadOnlyList<string> Inputs, IReadOnlyList<string> References, OptimizationLevel Level, int ListLength, bool Calls, string? KeepFolder)
{
    public static Options Parse(string[] arguments)
    {
        string[] Values(string name) => [.. arguments.Where(argument => argument.StartsWith(name, StringComparison.Ordinal)).Select(argument => argument[name.Length..])];
        return new Options(
            [.. arguments.Where(static argument => !argument.StartsWith("--", StringComparison.Ordinal))],
            Values("--references="),
            arguments.Contains("--debug") ? OptimizationLevel.Debug : OptimizationLevel.Release,
            Values("--list=") is [{ } length] ? int.Parse(length) : 20,
            arguments.Contains("--calls"),
            Values("--keep=").FirstOrDefault());
    }
}
