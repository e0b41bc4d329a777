using System.Threading.Tasks;
using KernelMem.Analyzers.Rules.Layout;
using Microsoft.CodeAnalysis.Testing;

namespace KernelMem.Analyzers.Tests.Layout;

/// <summary>KM2006. That the sizes are the runtime's is shown by <see cref="StructLayoutOracleTests"/>.</summary>
[TestClass]
public sealed class ExpectedSizeTests
{
    [TestMethod]
    public Task Padding_counts() => Verify.Rule<ExpectedSizeAnalyzer>("[ExpectedSize(10)] struct [|Pointer|] { ushort _limit; ulong _address; }");

    [TestMethod]
    public Task The_message_says_both_sizes()
        => Verify.Rule<ExpectedSizeAnalyzer>(
            "[ExpectedSize(10)] struct {|#0:Pointer|} { ushort _limit; ulong _address; }",
            new DiagnosticResult("KM2006", Microsoft.CodeAnalysis.DiagnosticSeverity.Error)
                .WithLocation(0)
                .WithMessage("'Pointer' must have 10 bytes, but has 16"));

    [TestMethod]
    public Task Packed_it_is_right()
        => Verify.Rule<ExpectedSizeAnalyzer>("[ExpectedSize(10), StructLayout(LayoutKind.Sequential, Pack = 1)] struct Pointer { ushort _limit; ulong _address; }");

    [TestMethod]
    public Task An_explicit_layout()
        => Verify.Rule<ExpectedSizeAnalyzer>("""
            [ExpectedSize(12), StructLayout(LayoutKind.Explicit, Pack = 4)] struct Right { [FieldOffset(0)] public uint A; [FieldOffset(4)] public ulong B; }
            [ExpectedSize(12), StructLayout(LayoutKind.Explicit)] struct [|Wrong|] { [FieldOffset(0)] public uint A; [FieldOffset(4)] public ulong B; }
            """);

    [TestMethod]
    public Task A_field_that_is_forgotten()
        => Verify.Rule<ExpectedSizeAnalyzer>("[HardwareStruct, ExpectedSize(16), StructLayout(LayoutKind.Sequential)] struct [|Gate|] { ushort _low, _selector; byte _stack, _type; ushort _middle; uint _high; }");

    [TestMethod]
    public Task Nested_structs_arrays_and_buffers()
        => Verify.Rule<ExpectedSizeAnalyzer>("""
            [InlineArray(3)] struct Words { uint _first; }
            unsafe struct Buffer { public fixed byte Bytes[5]; }
            enum Kind : ushort { A }
            [ExpectedSize(20)] struct Right { Words _words; Buffer _buffer; Kind _kind; }
            [ExpectedSize(19)] struct [|Wrong|] { Words _words; Buffer _buffer; Kind _kind; }
            """);

    [TestMethod]
    public Task A_stated_size_is_the_size()
        => Verify.Rule<ExpectedSizeAnalyzer>("""
            [ExpectedSize(64), StructLayout(LayoutKind.Sequential, Size = 64)] struct Line { ulong _first; }
            [ExpectedSize(4), StructLayout(LayoutKind.Sequential, Size = 4)] struct [|TooSmall|] { ulong _first; }
            [ExpectedSize(1)] struct Empty { }
            """);

    [TestMethod]
    public Task A_size_that_nothing_fixes_is_told()
        => Verify.Rule<ExpectedSizeAnalyzer>(
            "[ExpectedSize(8)] struct {|#0:Ring|}<T> where T : unmanaged { T _first; } [ExpectedSize(8)] struct [|Text|] { string _text; }".Replace("[|Text|]", "{|#1:Text|}", System.StringComparison.Ordinal),
            new DiagnosticResult("KM2006", Microsoft.CodeAnalysis.DiagnosticSeverity.Error).WithLocation(0).WithMessage("'Ring<T>' must have 8 bytes, but has no size that is fixed"),
            new DiagnosticResult("KM2006", Microsoft.CodeAnalysis.DiagnosticSeverity.Error).WithLocation(1).WithMessage("'Text' must have 8 bytes, but has no size that is fixed"));

    [TestMethod]
    public Task Structs_of_the_library_are_laid_out_from_its_metadata()
        => Verify.Rule<ExpectedSizeAnalyzer>("""
            [ExpectedSize(32)] struct Pair { VirtRange _virtual; PhysRange _physical; }
            [ExpectedSize(17)] struct [|Odd|] { PtEntry _entry; byte _more; }
            """);

    [TestMethod]
    public Task The_part_with_the_mark_is_pointed_at()
        => Verify.Rule<ExpectedSizeAnalyzer>("partial struct S { ulong _a; } [ExpectedSize(4)] partial struct [|S|] { }");
}
