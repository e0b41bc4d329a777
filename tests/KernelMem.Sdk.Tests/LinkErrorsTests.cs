using System;
using System.Collections.Generic;
using KernelMem.Sdk.Tasks;

namespace KernelMem.Sdk.Tests;

/// <summary>The linker's report, as ld.lld 14 writes it, is read right.</summary>
[TestClass]
public sealed class LinkErrorsTests
{
    private const string Report = """
        ld.lld: error: undefined symbol: RhpNewFast
        >>> referenced by Kernel.cs:54 (/home/me/my kernel/Kernel.cs:54)
        >>>               /tmp/kernel.o:(MyKernel_Program__Act)
        >>> referenced by Other.cs:7 (/home/me/Other.cs:7)
        >>>               /tmp/kernel.o:(MyKernel_Other__Run)

        ld.lld: error: undefined symbol: KERNELMEM_FORBIDDEN_lazy_static
        >>> referenced by /tmp/kernel.o:(__GetNonGCStaticBase_MyKernel_Lazy)
        """;

    [TestMethod]
    public void EachReferenceHasItsSymbolPlaceAndFunction()
    {
        IReadOnlyList<UndefinedReference> references = LinkErrors.Parse(Report.Split('\n'));

        CollectionAssert.AreEqual(
            new[]
            {
                new UndefinedReference("RhpNewFast", "/home/me/my kernel/Kernel.cs", 54, "MyKernel_Program__Act"),
                new UndefinedReference("RhpNewFast", "/home/me/Other.cs", 7, "MyKernel_Other__Run"),
                new UndefinedReference("KERNELMEM_FORBIDDEN_lazy_static", null, 0, "__GetNonGCStaticBase_MyKernel_Lazy"),
            },
            new List<UndefinedReference>(references));
    }

    [TestMethod]
    public void OtherErrorsAreNotHiddenByUndefinedReferences()
    {
        const string Twice = """
            ld.lld: error: duplicate symbol: memcpy
            >>> defined at memory.s:3
            >>>            memory.o:(memcpy)

            """;

        IReadOnlyList<string> others = LinkErrors.ParseOthers((Twice + Report).Split('\n'));

        Assert.HasCount(1, others);
        StringAssert.StartsWith(others[0], "ld.lld: error: duplicate symbol: memcpy", StringComparison.Ordinal);
        StringAssert.EndsWith(others[0], "memory.o:(memcpy)", StringComparison.Ordinal);
        Assert.IsEmpty(LinkErrors.ParseOthers(Report.Split('\n')));
    }

    [TestMethod]
    public void OtherFailuresHaveNoReferences() =>
        Assert.IsEmpty(LinkErrors.Parse(["ld.lld: error: cannot open kernel.o: No such file or directory"]));

    [TestMethod]
    [DataRow("RhpNewFast", "KM1001")]
    [DataRow("RhpNewArrayFast", "KM1002")]
    [DataRow("KERNELMEM_FORBIDDEN_boxing", "KM1003")]
    [DataRow("RhpThrowEx", "KM1014")]
    [DataRow("KERNELMEM_FORBIDDEN_missing_member", "KM1018")]
    [DataRow("KERNELMEM_FORBIDDEN_lazy_static", "KM1022")]
    [DataRow("RhpStackProbe", "KM7001")]
    public void EachForbiddenSymbolHasItsRule(string symbol, string rule)
    {
        Assert.IsTrue(ForbiddenSymbols.TryFind(symbol, out ForbiddenSymbol meaning));
        Assert.AreEqual(rule, meaning.Rule);
    }

    [TestMethod]
    public void AnOrdinarySymbolIsNotForbidden() => Assert.IsFalse(ForbiddenSymbols.TryFind("kernel_main", out _));

    [TestMethod]
    [DataRow("kernel_main", "void Main(BootProtocol protocol, ulong information)")]
    [DataRow("program_main", "int Main(int argumentCount, byte** arguments)")]
    public void AMissingEntryPointSaysWhatToWrite(string symbol, string method)
    {
        string? explanation = EntryPoints.Explain(symbol);

        Assert.IsNotNull(explanation);
        StringAssert.Contains(explanation, $"[UnmanagedCallersOnly(EntryPoint = \"{symbol}\")]", StringComparison.Ordinal);
        StringAssert.Contains(explanation, method, StringComparison.Ordinal);
        Assert.IsNull(EntryPoints.Explain(symbol + "2"));
    }
}
