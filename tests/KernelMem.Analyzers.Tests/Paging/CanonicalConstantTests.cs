using System.Threading.Tasks;
using KernelMem.Analyzers.Rules.Paging;
using Microsoft.CodeAnalysis.Testing;

namespace KernelMem.Analyzers.Tests.Paging;

/// <summary>KM4011.</summary>
[TestClass]
public sealed class CanonicalConstantTests
{
    [TestMethod]
    public Task The_first_address_of_the_hole()
        => Verify.Rule<CanonicalConstantAnalyzer>(
            "class C { VirtAddr M() => VirtAddr.Create({|#0:0x8000_0000_0000|}); }",
            new DiagnosticResult("KM4011", Microsoft.CodeAnalysis.DiagnosticSeverity.Error)
                .WithLocation(0)
                .WithMessage("0x800000000000 is not canonical for 48 bits, as 'value' must be"));

    [TestMethod]
    public Task The_last_address_of_the_hole() => Verify.Rule<CanonicalConstantAnalyzer>("class C { VirtAddr M() => VirtAddr.Create([|0xFFFF_7FFF_FFFF_FFFF|]); }");

    [TestMethod]
    public Task Both_halves_are_canonical()
        => Verify.Rule<CanonicalConstantAnalyzer>("""
            class C
            {
                VirtAddr Zero() => VirtAddr.Create(0);
                VirtAddr Low() => VirtAddr.Create(0x7FFF_FFFF_FFFF);
                VirtAddr High() => VirtAddr.Create(0xFFFF_8000_0000_0000);
                VirtAddr Top() => VirtAddr.Create(ulong.MaxValue);
                VirtAddr Unknown(ulong x) => VirtAddr.Create(x);
            }
            """);

    [TestMethod]
    public Task Five_levels_have_a_smaller_hole()
        => Verify.Rule<CanonicalConstantAnalyzer>("""
            class C
            {
                VirtAddr Wide() => VirtAddr.CreateLa57(0x8000_0000_0000);
                VirtAddr Hole() => VirtAddr.CreateLa57([|0x0100_0000_0000_0000|]);
                VirtAddr LastOfHole() => VirtAddr.CreateLa57([|0xFEFF_FFFF_FFFF_FFFF|]);
                VirtAddr High() => VirtAddr.CreateLa57(0xFF00_0000_0000_0000);
            }
            """);

    [TestMethod]
    public Task Unchecked_is_no_excuse()
        => Verify.Rule<CanonicalConstantAnalyzer>("class C { VirtAddr M() => VirtAddr.CreateUnchecked([|0xDEAD_BEEF_0000_0000|]); }");

    [TestMethod]
    public Task Checked_forms_take_any_number()
        => Verify.Rule<CanonicalConstantAnalyzer>("""
            class C
            {
                bool Try() => VirtAddr.TryCreate(0x8000_0000_0000, out _);
                VirtAddr Truncated() => VirtAddr.CreateTruncated(0x8000_0000_0000);
                PhysAddr Physical() => PhysAddr.Create(0x8000_0000_0000);
            }
            """);

    [TestMethod]
    public Task Pointers_and_choices_are_followed()
        => Verify.Rule<CanonicalConstantAnalyzer>("""
            unsafe class C
            {
                const ulong Bad = 1UL << 60;
                VirtAddr Pointer() => VirtAddr.FromPointer((void*)[|0x1234_0000_0000_0000|]);
                VirtAddr Name() => VirtAddr.Create([|Bad|]);
                VirtAddr Choice(bool b) => VirtAddr.Create(b ? 0UL : [|Bad + 1|]);
                VirtAddr Negative() => VirtAddr.Create(unchecked((ulong)-4096L));
                Page Nested() => Page.Create(VirtAddr.Create([|0x1_0000_0000_0000|]));
            }
            """);

    [TestMethod]
    public Task A_parameter_of_one_s_own()
        => Verify.Rule<CanonicalConstantAnalyzer>("""
            class C
            {
                static void Default([CanonicalAddress] ulong address) { }
                static void Narrow([CanonicalAddress(32)] ulong address = [|0x8000_0000|]) { }
                static void None([CanonicalAddress(64)] ulong address) { }
                static void Zero([CanonicalAddress(0)] ulong address) { }
                void M(Action later)
                {
                    Default([|0x8000_0000_0000|]);
                    Narrow();
                    Narrow(0xFFFF_FFFF_8000_0000);
                    None(0x1234_5678_9ABC_DEF0);
                    Zero(1);
                    later = () => Default(address: [|1UL << 50|]);
                }
            }
            """);

    [TestMethod]
    public Task Signed_and_narrow_constants_are_sign_extended()
        => Verify.Rule<CanonicalConstantAnalyzer>("""
            class C
            {
                static void Take([CanonicalAddress] long address) { }
                static void TakeInt([CanonicalAddress(16)] int address) { }
                void M() { Take(-1); Take(long.MinValue >> 16); Take([|long.MinValue|]); TakeInt(-5); TakeInt([|0x8000|]); }
            }
            """);
}
