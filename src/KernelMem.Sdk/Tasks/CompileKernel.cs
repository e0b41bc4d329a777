using System.Globalization;
using System.IO;
using System.Text.RegularExpressions;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace KernelMem.Sdk.Tasks;

/// <summary>Runs ILC. It returns 0 on some errors, so its output is read as well.</summary>
public sealed partial class CompileKernel : ToolTask
{
    /// <summary>Path of ilc.</summary>
    [Required]
    public string Compiler { get; set; } = "";

    /// <summary>A response file with the command line.</summary>
    [Required]
    public string ResponseFile { get; set; } = "";

    /// <inheritdoc/>
    protected override string ToolName => Path.GetFileName(Compiler);

    /// <inheritdoc/>
    protected override string GenerateFullPathToTool() => Compiler;

    /// <inheritdoc/>
    protected override string GenerateCommandLineCommands() => "\"@" + ResponseFile + "\"";

    /// <inheritdoc/>
    protected override void LogEventsFromTextOutput(string singleLine, MessageImportance messageImportance)
    {
        if (AlwaysThrows().Match(singleLine ?? "") is { Success: true } match)
        {
            // The method's body is replaced by a throw: what it needs does not exist in a kernel.
            Log.LogError(
                subcategory: null,
                errorCode: "KM1018",
                helpKeyword: null,
                file: match.Groups["file"].Success ? match.Groups["file"].Value : null,
                lineNumber: match.Groups["line"].Success ? int.Parse(match.Groups["line"].Value, CultureInfo.InvariantCulture) : 0,
                columnNumber: 0,
                endLineNumber: 0,
                endColumnNumber: 0,
                message: "{0}",
                match.Groups["message"].Value);
        }
        else
        {
            base.LogEventsFromTextOutput(singleLine, messageImportance);
        }
    }

    // ILC : AOT analysis error IL1005: Program.Main(): Method will always throw because: Missing method 'String.Concat(String, String)'
    // Kernel.cs(12): AOT analysis error IL1005: ...
    [GeneratedRegex(@"^((?<file>[^:()]+)\((?<line>\d+)\)|ILC\s*)\s*:\s*AOT analysis (error|warning) IL1005:\s*(?<message>.*)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AlwaysThrows();
}
