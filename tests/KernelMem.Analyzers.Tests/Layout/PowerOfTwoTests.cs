using System.Threading.Tasks;
using KernelMem.Analyzers.Rules.Layout;
using Microsoft.CodeAnalysis.Testing;

namespace KernelMem.Analyzers.Tests.Layout;

/// <summary>KM2003.</summary>
[TestClass]
public sealed class PowerOfTwoTests
{
    [TestMethod]
    public Task An_alignment_that_is_none()
        => Verify.Rule<PowerOfTwoAnalyzer>("class C { bool M(ulong x) => Alignment.TryAlignUp(x, [|24|], out _); }");

    [TestMethod]
    public Task The_message_says_what_and_for_whom()
        => Verify.Rule<PowerOfTwoAnalyzer>(
            "class C { bool M(VirtAddr x) => x.IsAligned({|#0:4095|}); }",
            new DiagnosticResult("KM2003", Microsoft.CodeAnalysis.DiagnosticSeverity.Error)
                .WithLocation(0)
                .WithMessage("0xFFF is no power of two, as 'alignment' must be"));

    [TestMethod]
    public Task Zero_is_none() => Verify.Rule<PowerOfTwoAnalyzer>("class C { bool M(ulong x) => Alignment.TryAlignDown(x, [|0|], out _); }");

    [TestMethod]
    public Task Every_power_is_one()
        => Verify.Rule<PowerOfTwoAnalyzer>("""
            class C
            {
                bool One(ulong x) => Alignment.TryAlignUp(x, 1, out _);
                bool Page(ulong x) => Alignment.TryAlignUp(x, 4096, out _);
                bool Highest(ulong x) => Alignment.TryAlignUp(x, 1UL << 63, out _);
                bool Size(ulong x) => Alignment.TryAlignUp(x, Size2MiB.Bytes, out _);
                bool Unknown(ulong x, ulong alignment) => Alignment.TryAlignUp(x, alignment * 3, out _);
            }
            """);

    [TestMethod]
    public Task To_ask_whether_it_is_one_is_no_error() => Verify.Rule<PowerOfTwoAnalyzer>("class C { bool M() => Alignment.IsValid(24); }");

    [TestMethod]
    public Task Rounding_methods_of_addresses()
        => Verify.Rule<PowerOfTwoAnalyzer>("""
            class C
            {
                VirtAddr Up(VirtAddr a) => a.AlignUp([|3|]);
                PhysAddr Down(PhysAddr a) => a.AlignDown([|0x3000|]);
                bool TryUp(VirtAddr a) => a.TryAlignUp([|10|], AddressWidth.Bits57, out _);
                bool TryDown(PhysAddr a) => a.TryAlignDown([|12|], out _);
            }
            """);

    [TestMethod]
    public Task The_attributes_of_alignment_themselves()
        => Verify.Rule<PowerOfTwoAnalyzer>("""
            [Aligned([|24|])] struct A { }
            [Aligned(32)] struct B { }
            [AlignmentUnit([|0x3000|])] struct Unit { }
            class C
            {
                [Aligned([|6|])] ulong _field;
                [Aligned([|0|])] ulong Property { get; set; }
                [return: Aligned([|7|])] ulong Method([Aligned([|9|])] ulong x, [Aligned(8)] ulong y) => 0;
                void Local() { void Inner([Aligned([|3|])] ulong z) { } Inner(0); }
            }
            """);

    [TestMethod]
    public Task Constants_are_followed()
        => Verify.Rule<PowerOfTwoAnalyzer>("""
            class C
            {
                const ulong Line = 48;
                static readonly ulong s_line = 48;
                void M(ulong x, bool two)
                {
                    ulong line = 48;
                    Alignment.TryAlignUp(x, [|Line|], out _);
                    Alignment.TryAlignUp(x, [|s_line|], out _);
                    Alignment.TryAlignUp(x, [|line|], out _);
                    Alignment.TryAlignUp(x, two ? 64UL : [|48UL|], out _);
                }
            }
            """);

    [TestMethod]
    public Task A_parameter_of_one_s_own_and_its_default()
        => Verify.Rule<PowerOfTwoAnalyzer>("""
            class C
            {
                void Allocate(ulong bytes, [PowerOfTwo] int alignment = [|12|]) { }
                void M() { Allocate(1); Allocate(1, [|-8|]); Allocate(alignment: 8, bytes: 3); Allocate(1, [|'0'|]); }
            }
            """);
}
