using System.Threading.Tasks;
using KernelMem.Analyzers.Rules.Layout;
using Microsoft.CodeAnalysis.Testing;

namespace KernelMem.Analyzers.Tests.Layout;

/// <summary>KM2005.</summary>
[TestClass]
public sealed class ExplicitLayoutTests
{
    [TestMethod]
    public Task No_layout_is_stated() => Verify.Rule<ExplicitLayoutAnalyzer>("[HardwareStruct] struct [|Gate|] { public ulong Low, High; }");

    [TestMethod]
    public Task The_message_says_whose()
        => Verify.Rule<ExplicitLayoutAnalyzer>(
            "[HardwareStruct(Source = \"SDM\")] struct {|#0:Gate|} { public ulong Low, High; }",
            new DiagnosticResult("KM2005", Microsoft.CodeAnalysis.DiagnosticSeverity.Error)
                .WithLocation(0)
                .WithMessage("'Gate' is read by hardware, but does not state its layout"));

    [TestMethod]
    public Task Left_to_the_runtime()
        => Verify.Rule<ExplicitLayoutAnalyzer>("[HardwareStruct, StructLayout(LayoutKind.Auto)] struct [|Gate|] { public ulong Low, High; }");

    [TestMethod]
    public Task Sequential_is_a_statement()
        => Verify.Rule<ExplicitLayoutAnalyzer>("[HardwareStruct, StructLayout(LayoutKind.Sequential)] struct Gate { public ulong Low, High; }");

    [TestMethod]
    public Task Explicit_is_a_statement()
        => Verify.Rule<ExplicitLayoutAnalyzer>("[HardwareStruct, StructLayout(LayoutKind.Explicit)] struct Gate { [FieldOffset(4)] public ulong Low; }");

    [TestMethod]
    public Task A_number_is_a_statement_too()
        => Verify.Rule<ExplicitLayoutAnalyzer>("""
            [HardwareStruct, StructLayout((short)0)] struct Sequential { public ulong Low; }
            [HardwareStruct, StructLayout((short)3)] struct [|Auto|] { public ulong Low; }
            """);

    [TestMethod]
    public Task A_bit_layout_is_one_word() => Verify.Rule<ExplicitLayoutAnalyzer>("[HardwareStruct, BitLayout] readonly struct Entry { private readonly ulong _value; }");

    [TestMethod]
    public Task Other_structs_may_do_as_they_like() => Verify.Rule<ExplicitLayoutAnalyzer>("struct Pair { public ulong Low, High; } class C { struct Inner { string _text; } }");

    [TestMethod]
    public Task The_part_with_the_mark_is_pointed_at()
        => Verify.Rule<ExplicitLayoutAnalyzer>("""
            partial struct Gate { public ulong Low; }
            [HardwareStruct] partial struct [|Gate|] { }
            partial struct Stated { public ulong Low; }
            [HardwareStruct] partial struct Stated { }
            [StructLayout(LayoutKind.Sequential)] partial struct Stated { }
            """);

    [TestMethod]
    public Task Nested_generic_and_record_structs_count()
        => Verify.Rule<ExplicitLayoutAnalyzer>("""
            class C
            {
                [HardwareStruct] private struct [|Inner|] { }
                [HardwareStruct] struct [|Ring|]<T> where T : unmanaged { T _first; }
                [HardwareStruct] record struct [|Pair|](int A, int B);
            }
            """);
}
