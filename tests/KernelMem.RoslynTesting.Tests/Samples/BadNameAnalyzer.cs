using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace KernelMem.RoslynTesting.Tests.Samples;

/// <summary>Reports every local whose name begins with "bad".</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public class BadNameAnalyzer : LocalNameAnalyzer
{
    public const string Id = "TEST1";

    public static readonly DiagnosticDescriptor Rule = CreateRule(Id);

    public BadNameAnalyzer()
        : base(Rule)
    {
    }
}
