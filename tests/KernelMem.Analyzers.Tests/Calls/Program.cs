using System.Threading.Tasks;
using KernelMem.Analyzers.Rules.Calls;
using Microsoft.CodeAnalysis.Testing;

namespace KernelMem.Analyzers.Tests.Calls;

/// <summary>Checks the rules about calls on the members of a class, in a project where only marks hold code to anything.</summary>
internal static class Program
{
    private const string Types = """
        using System.Collections.Generic;

        interface IShape { int Area { get; } }
        [NoAlloc] interface IQuiet { int Size(); }
        class Node { public int Value; }

        """;

    public static Task Check(string members, params DiagnosticResult[] expected)
        => Verify.RuleIn<CallAnalyzer>("Hosted", $"{Types}unsafe static partial class C\n{{\n{members}\n}}", expected);
}
