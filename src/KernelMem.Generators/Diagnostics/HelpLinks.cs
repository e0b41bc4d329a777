namespace KernelMem.Generators.Diagnostics;

/// <summary>Where a rule's page is; for the rules of KernelMem.Analyzers too, which compiles this file.</summary>
internal static class HelpLinks
{
    private const string Rules = "https://github.com/kernelmem/kernelmem/blob/main/docs/rules/";

    public static string For(string id) => Rules + id + ".md";
}
