namespace KernelMem.Analyzers.Tests.Allocation.Oracle;

/// <summary>A piece of C# with one construct.</summary>
/// <param name="Number">Its number in the table.</param>
/// <param name="Code">Members of a class; or types, where the line of the table begins with <c>types:</c>.</param>
/// <param name="AreTypes">Whether the code is types.</param>
/// <param name="Exception">Why the rules may say something else than the compiled code; null where they may not.</param>
internal sealed record Probe(int Number, string Code, bool AreTypes, string? Exception)
{
    /// <summary>The namespace that the probe has for itself.</summary>
    public string Namespace => $"P{Number:D4}";

    /// <summary>The probe on one line.</summary>
    public string Source => AreTypes ? $"namespace {Namespace} {{ {Code} }}" : $"namespace {Namespace} {{ partial class Probe {{ {Code} }} }}";
}
