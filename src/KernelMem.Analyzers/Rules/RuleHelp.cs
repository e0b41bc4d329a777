namespace KernelMem.Analyzers.Rules;

/// <summary>Where a rule is explained.</summary>
internal static class RuleHelp
{
    /// <summary>The rule's page.</summary>
    public static string Link(string id) => $"https://github.com/kernelmem/kernelmem/blob/main/docs/rules/{id}.md";
}
