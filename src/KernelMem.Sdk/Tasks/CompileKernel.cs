using System.IO;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace KernelMem.Sdk.Tasks;

/// <summary>Runs ILC. It returns 0 on some errors, so its output is read as well.</summary>
public sealed class CompileKernel : ToolTask
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
        if (CompileErrors.TryParse(singleLine, out CompileError? error))
        {
            Log.LogError(
                subcategory: null,
                errorCode: "KM1018",
                helpKeyword: null,
                file: error.File,
                lineNumber: error.Line,
                columnNumber: 0,
                endLineNumber: 0,
                endColumnNumber: 0,
                message: "{0}",
                error.Message);
        }
        else
        {
            base.LogEventsFromTextOutput(singleLine, messageImportance);
        }
    }
}
