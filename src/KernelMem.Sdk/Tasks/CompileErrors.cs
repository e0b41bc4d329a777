using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace KernelMem.Sdk.Tasks;

/// <summary>Reads what ILC says.</summary>
public static partial class CompileErrors
{
    /// <summary>Reads a line that says that a method will always throw.</summary>
    public static bool TryParse(string? line, [NotNullWhen(true)] out CompileError? error)
    {
        error = null;
        if (AlwaysThrows().Match(line ?? "") is not { Success: true } match)
            return false;
        string? file = match.Groups["file"].Success ? match.Groups["file"].Value : null;
        int number = file is null ? 0 : int.Parse(match.Groups["line"].Value, CultureInfo.InvariantCulture);
        error = new CompileError(file, number, match.Groups["message"].Value);
        return true;
    }

    // ILC : AOT analysis error IL1005: Program.Main(): Method will always throw because: Missing method 'String.Concat(String, String)'
    // Kernel.cs(12): AOT analysis error IL1005: ...
    [GeneratedRegex(@"^(ILC|(?<file>.+?)\((?<line>\d+)\))\s*:\s*AOT analysis (error|warning) IL1005:\s*(?<message>.*)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AlwaysThrows();
}
