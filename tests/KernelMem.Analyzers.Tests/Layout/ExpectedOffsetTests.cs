using System.Threading.Tasks;
using KernelMem.Analyzers.Rules.Layout;
using Microsoft.CodeAnalysis.Testing;

namespace KernelMem.Analyzers.Tests.Layout;

/// <summary>KM2007.</summary>
[TestClass]
public sealed class ExpectedOffsetTests
{
    [TestMethod]
    public Task Padding_moves_a_field()
        => Verify.Rule<ExpectedOffsetAnalyzer>(
            "struct Pointer { ushort _limit; [ExpectedOffset(2)] ulong {|#0:_address|}; }",
            new DiagnosticResult("KM2007", Microsoft.CodeAnalysis.DiagnosticSeverity.Error)
                .WithLocation(0)
                .WithMessage("'_address' is misplaced: it must be at offset 2, but is at 8"));

    [TestMethod]
    public Task Packed_it_is_right()
        => Verify.Rule<ExpectedOffsetAnalyzer>("[StructLayout(LayoutKind.Sequential, Pack = 1)] struct Pointer { ushort _limit; [ExpectedOffset(2)] ulong _address; }");

    [TestMethod]
    public Task An_explicit_offset_that_is_not_the_expected_one()
        => Verify.Rule<ExpectedOffsetAnalyzer>("[StructLayout(LayoutKind.Explicit)] struct S { [FieldOffset(36), ExpectedOffset(36)] ulong _a; [FieldOffset(44), ExpectedOffset(48)] ulong [|_b|]; }");

    [TestMethod]
    public Task Every_field_of_a_declaration_has_the_mark()
        => Verify.Rule<ExpectedOffsetAnalyzer>("struct S { [ExpectedOffset(0)] public ulong A, [|B|]; }");

    [TestMethod]
    public Task A_field_behind_a_property()
        => Verify.Rule<ExpectedOffsetAnalyzer>("struct S { [field: ExpectedOffset(0)] public uint A { get; set; } [field: ExpectedOffset(8)] public uint [|B|] { get; set; } }");

    [TestMethod]
    public Task An_offset_that_nothing_fixes_is_told()
        => Verify.Rule<ExpectedOffsetAnalyzer>(
            "struct S<T> where T : unmanaged { T _first; [ExpectedOffset(8)] ulong {|#0:_second|}; }",
            new DiagnosticResult("KM2007", Microsoft.CodeAnalysis.DiagnosticSeverity.Error)
                .WithLocation(0)
                .WithMessage("'_second' is misplaced: it must be at offset 8, but nothing fixes where it is"));

    [TestMethod]
    public Task Fields_that_share_bytes()
        => Verify.Rule<ExpectedOffsetAnalyzer>(
            "[HardwareStruct, StructLayout(LayoutKind.Explicit)] struct S { [FieldOffset(0)] ulong _low; [FieldOffset(4)] ulong {|#0:_high|}; [FieldOffset(12)] uint _rest; }",
            new DiagnosticResult("KM2007", Microsoft.CodeAnalysis.DiagnosticSeverity.Error)
                .WithLocation(0)
                .WithMessage("'_high' is misplaced: it shares bytes 4 to 7 with '_low'"));

    [TestMethod]
    public Task The_later_one_is_pointed_at_whatever_its_offset()
        => Verify.Rule<ExpectedOffsetAnalyzer>("[HardwareStruct, StructLayout(LayoutKind.Explicit)] struct S { [FieldOffset(4)] ulong _high; [FieldOffset(0)] ulong [|_low|]; [FieldOffset(11)] byte [|_last|]; }");

    [TestMethod]
    public Task A_union_says_so()
        => Verify.Rule<ExpectedOffsetAnalyzer>("[HardwareStruct(AllowOverlap = true), StructLayout(LayoutKind.Explicit)] struct Word { [FieldOffset(0)] ulong _all; [FieldOffset(0)] uint _low; [FieldOffset(4), ExpectedOffset(0)] uint [|_high|]; }");

    [TestMethod]
    public Task Neighbours_and_gaps_share_nothing()
        => Verify.Rule<ExpectedOffsetAnalyzer>("[HardwareStruct, StructLayout(LayoutKind.Explicit)] struct S { [FieldOffset(0)] ulong _a; [FieldOffset(8)] byte _b; [FieldOffset(12)] uint _c; }");

    [TestMethod]
    public Task Other_structs_may_be_unions()
        => Verify.Rule<ExpectedOffsetAnalyzer>("[StructLayout(LayoutKind.Explicit)] struct Word { [FieldOffset(0)] ulong _all; [FieldOffset(0)] uint _low; }");
}
