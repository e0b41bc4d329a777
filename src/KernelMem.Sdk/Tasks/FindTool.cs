using System;
using System.IO;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace KernelMem.Sdk.Tasks;

/// <summary>Finds a program on the search path, or says how to get it.</summary>
public sealed class FindTool : Task
{
    /// <summary>The names it may go by, the preferred one first.</summary>
    [Required]
    public string[] Names { get; set; } = [];

    /// <summary>The Debian package that holds it.</summary>
    [Required]
    public string DebianPackage { get; set; } = "";

    /// <summary>Where it is.</summary>
    [Output]
    public string ToolPath { get; set; } = "";

    /// <inheritdoc/>
    public override bool Execute()
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        foreach (string name in Names)
        {
            foreach (string folder in folders)
            {
                string candidate = Path.Combine(folder, name);
                if (File.Exists(candidate))
                {
                    ToolPath = candidate;
                    return true;
                }
            }
        }

        Log.LogError(
            subcategory: null,
            errorCode: "KMSDK0001",
            helpKeyword: null,
            file: null,
            lineNumber: 0,
            columnNumber: 0,
            endLineNumber: 0,
            endColumnNumber: 0,
            message: "A kernel build needs '{0}', which is not on the search path. On Debian: apt-get install {1}",
            Names[0],
            DebianPackage);
        return false;
    }
}
