using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace KernelMem.Sdk.Tasks;

/// <summary>Links an image, and turns each forbidden helper that the linker misses into an error at the line that needs it.</summary>
public sealed class LinkKernel : ToolTask
{
    private readonly List<string> _report = [];

    /// <summary>Path of ld.lld.</summary>
    [Required]
    public string Linker { get; set; } = "";

    /// <summary>A response file with the command line.</summary>
    [Required]
    public string ResponseFile { get; set; } = "";

    /// <inheritdoc/>
    protected override string ToolName => Path.GetFileName(Linker);

    /// <inheritdoc/>
    protected override string GenerateFullPathToTool() => Linker;

    /// <inheritdoc/>
    protected override string GenerateCommandLineCommands() => "\"@" + ResponseFile + "\"";

    /// <inheritdoc/>
    protected override MessageImportance StandardErrorLoggingImportance => MessageImportance.Normal;

    /// <inheritdoc/>
    protected override void LogEventsFromTextOutput(string singleLine, MessageImportance messageImportance)
    {
        _report.Add(singleLine);
        Log.LogMessage(MessageImportance.Low, "{0}", singleLine);
    }

    /// <inheritdoc/>
    protected override bool HandleTaskExecutionErrors()
    {
        IReadOnlyList<UndefinedReference> references = LinkErrors.Parse(_report);
        IReadOnlyList<string> others = LinkErrors.ParseOthers(_report);
        foreach (UndefinedReference reference in references)
            Report(reference);
        foreach (string other in others)
            Log.LogError("The link failed: {0}", other);
        if (references.Count + others.Count == 0)
            Log.LogError("The link failed:{0}{1}", Environment.NewLine, string.Join(Environment.NewLine, _report.Where(static line => line.Length > 0)));
        return false;
    }

    private void Report(UndefinedReference reference)
    {
        bool known = ForbiddenSymbols.TryFind(reference.Symbol, out ForbiddenSymbol forbidden);
        string explanation = known ? forbidden.Explanation : EntryPoints.Explain(reference.Symbol) ?? "The image has no such symbol.";
        string where = reference.Function is null ? "" : ", referenced by " + reference.Function;
        Log.LogError(
            subcategory: null,
            errorCode: known ? forbidden.Rule : "KMSDK0002",
            helpKeyword: null,
            file: reference.File,
            lineNumber: reference.Line,
            columnNumber: 0,
            endLineNumber: 0,
            endColumnNumber: 0,
            message: "{0} (undefined symbol {1}{2})",
            explanation,
            reference.Symbol,
            where);
    }
}
