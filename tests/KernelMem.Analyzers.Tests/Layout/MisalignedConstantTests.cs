using System.Threading.Tasks;
using KernelMem.Analyzers.Rules.Layout;
using Microsoft.CodeAnalysis.Testing;

namespace KernelMem.Analyzers.Tests.Layout;

/// <summary>KM2002.</summary>
[TestClass]
public sealed class MisalignedConstantTests
{
    [TestMethod]
    public Task A_page_at_a_misaligned_address()
        => Verify.Rule<MisalignedConstantAnalyzer>("class C { Page M() => Page.Create(VirtAddr.Create([|0x1001|])); }");

    [TestMethod]
    public Task The_message_says_what_and_for_whom()
        => Verify.Rule<MisalignedConstantAnalyzer>(
            "class C { Frame M() => Frame.Create(PhysAddr.Create({|#0:0x1801|})); }",
            new DiagnosticResult("KM2002", Microsoft.CodeAnalysis.DiagnosticSeverity.Error)
                .WithLocation(0)
                .WithMessage("0x1801 is no multiple of 0x1000, as 'start' must be"));

    [TestMethod]
    public Task Aligned_addresses_are_right()
        => Verify.Rule<MisalignedConstantAnalyzer>("""
            class C
            {
                Page Zero() => Page.Create(VirtAddr.Create(0));
                Page Kernel() => Page.Create(VirtAddr.Create(0xFFFF_8000_0000_1000));
                Frame<Size2MiB> Large() => Frame<Size2MiB>.Create(PhysAddr.Create(0x40_0000));
            }
            """);

    [TestMethod]
    public Task The_size_that_is_a_type_argument_decides()
        => Verify.Rule<MisalignedConstantAnalyzer>("""
            class C
            {
                Page<Size4KiB> Small() => Page<Size4KiB>.Create(VirtAddr.Create(0x1000));
                Page<Size2MiB> Large() => Page<Size2MiB>.Create(VirtAddr.Create([|0x1000|]));
                Frame<Size1GiB> Huge() => Frame<Size1GiB>.CreateUnchecked(PhysAddr.Create([|0x20_0000|]));
                Page<TSize> Any<TSize>() where TSize : unmanaged, IPageSize => Page<TSize>.Create(VirtAddr.Create(0x1000));
            }
            """);

    [TestMethod]
    public Task A_method_s_own_type_parameter_decides_too()
        => Verify.Rule<MisalignedConstantAnalyzer>("""
            class C
            {
                static void Map<TSize>([Aligned(nameof(TSize))] ulong start) where TSize : unmanaged, IPageSize { }
                void M()
                {
                    Map<Size4KiB>(0x3000);
                    Map<Size2MiB>([|0x3000|]);
                }
            }
            """);

    [TestMethod]
    public Task Checked_forms_take_any_address()
        => Verify.Rule<MisalignedConstantAnalyzer>("""
            class C
            {
                bool Try() => Page.TryCreate(VirtAddr.Create(0x1001), out _);
                Page Containing() => Page.Containing(VirtAddr.Create(0x1001));
                VirtAddr Down() => VirtAddr.Create(0x1001).AlignDown(0x1000);
                Page Computed(ulong x) => Page.Create(VirtAddr.Create(x | 1));
            }
            """);

    [TestMethod]
    public Task Numbers_are_followed_through_names_that_never_change()
        => Verify.Rule<MisalignedConstantAnalyzer>("""
            class C
            {
                const ulong Base = 0x1800;
                static readonly ulong s_base = 0x1800;
                static readonly VirtAddr s_address = VirtAddr.Create(0x1800);
                void M()
                {
                    const ulong local = 0x1800;
                    ulong once = 0x1800;
                    var page = VirtAddr.Create(once);
                    Page.Create(VirtAddr.Create([|Base|]));
                    Page.Create(VirtAddr.Create([|s_base|]));
                    Page.Create([|s_address|]);
                    Page.Create(VirtAddr.Create([|local + 0x10|]));
                    Page.Create([|page|]);
                }
            }
            """);

    [TestMethod]
    public Task Variables_that_may_change_are_not_constants()
        => Verify.Rule<MisalignedConstantAnalyzer>("""
            class C
            {
                static ulong s_variable = 0x1800;
                static void Change(ref ulong x) => x = 0;
                unsafe void M(bool again)
                {
                    ulong assigned = 0x1800;
                    if (again) assigned = 0x2000;
                    ulong increased = 0x1800;
                    increased += 0x800;
                    ulong counted = 0xFFF;
                    counted++;
                    ulong referred = 0x1800;
                    Change(ref referred);
                    ulong aliased = 0x1800;
                    ref ulong alias = ref aliased;
                    alias = 0;
                    ulong pointed = 0x1800;
                    *(&pointed) = 0;
                    ulong captured = 0x1800;
                    Action change = () => captured = 0;
                    (ulong deconstructed, _) = (0x1800UL, 0);
                    ulong swapped = 0x1800;
                    (swapped, _) = (0UL, 0);
                    Page.Create(VirtAddr.Create(assigned));
                    Page.Create(VirtAddr.Create(increased));
                    Page.Create(VirtAddr.Create(counted));
                    Page.Create(VirtAddr.Create(referred));
                    Page.Create(VirtAddr.Create(aliased));
                    Page.Create(VirtAddr.Create(pointed));
                    Page.Create(VirtAddr.Create(captured));
                    Page.Create(VirtAddr.Create(deconstructed));
                    Page.Create(VirtAddr.Create(swapped));
                    Page.Create(VirtAddr.Create(s_variable));
                }
            }
            """);

    [TestMethod]
    public Task A_static_constructor_may_change_a_static_field()
        => Verify.Rule<MisalignedConstantAnalyzer>("""
            class C
            {
                static readonly ulong s_base = 0x1800;
                static C() => s_base = 0x2000;
                Page M() => Page.Create(VirtAddr.Create(s_base));
            }
            class Circle
            {
                static readonly ulong s_one = s_other;
                static readonly ulong s_other = s_one;
                Page M() => Page.Create(VirtAddr.Create(s_one));
            }
            """);

    [TestMethod]
    public Task Every_branch_of_a_choice_counts()
        => Verify.Rule<MisalignedConstantAnalyzer>("""
            class C
            {
                void M(bool high, int kind, ulong? given)
                {
                    Page.Create(VirtAddr.Create(high ? 0x2000UL : [|0x1001UL|]));
                    Page.Create(high ? VirtAddr.Create([|0x2001|]) : VirtAddr.Create(0x1000));
                    Page.Create(VirtAddr.Create(kind switch { 0 => 0UL, 1 => [|1UL|], _ => 0x1000UL }));
                    Page.Create(VirtAddr.Create(given ?? [|0x801UL|]));
                }
            }
            """);

    [TestMethod]
    public Task Numbers_are_followed_through_objects_and_conversions()
        => Verify.Rule<MisalignedConstantAnalyzer>("""
            class C
            {
                static void Take([Aligned(4096)] ulong address) { }
                static unsafe void TakePointer([Aligned(16)] void* address) { }
                unsafe void M(Page<Size4KiB> page)
                {
                    Take(VirtAddr.Create([|0x1001|]).Value);
                    TakePointer((void*)[|0x18|]);
                    TakePointer(VirtAddr.Create([|0x18|]).ToPointer());
                    Page small = Page<Size4KiB>.Create(VirtAddr.Create(0x1000));
                    Page<Size2MiB>.Create(((Page)Page<Size4KiB>.Create(VirtAddr.Create([|0x1000|]))).Start);
                    ulong wide = 0x1_1001;
                    Take((ushort)[|wide|]);
                    ulong cut = 0x1800;
                    Take((byte)cut);
                    Take(page.Start.Value);
                }
            }
            """);

    [TestMethod]
    public Task Whatever_is_marked_is_checked()
        => Verify.Rule<MisalignedConstantAnalyzer>("""
            struct Table
            {
                [Aligned(4096)] public ulong Root = [|0x1001|];
                [Aligned(16)] public ulong Stack { get; set; } = [|0x18|];
                [Aligned(8)] const ulong Offset = [|12|];
                [Aligned(4096)] public ulong Top => [|0x10|];
                public Table() { Root = [|5|]; this.Stack = 32; }
                [return: Aligned(64)] public static ulong Line() => [|32|];
                [return: Aligned(64)] public static ulong Lines(bool two)
                {
                    if (two) return 128;
                    return [|63|];
                }
                public static Table Make() => new() { Root = [|1|], Stack = 16 };
                public static void Get([Aligned(8)] out ulong address) { address = [|4|]; }
                public static void Default([Aligned(8)] ulong address = [|3|]) { }
                public static void UseDefault() => Default();
                [Aligned(4)] public ulong this[[Aligned(2)] int index] { get => [|index == 0 ? 2UL : 4UL|]; }
            }
            """.Replace("[|index == 0 ? 2UL : 4UL|]", "index == 0 ? [|2UL|] : 4UL", System.StringComparison.Ordinal));

    [TestMethod]
    public Task Functions_inside_functions_have_contracts_of_their_own()
        => Verify.Rule<MisalignedConstantAnalyzer>("""
            class C
            {
                [return: Aligned(64)]
                ulong M()
                {
                    [return: Aligned(16)] ulong Local() => [|8|];
                    [return: Aligned(16)] ulong Right() => 16;
                    Func<ulong> plain = () => 8;
                    var lambda = [return: Aligned(32)] () => { return [|16UL|]; };
                    return Local() + Right() + plain() + lambda();
                }
                Func<Page> _page = () => Page.Create(VirtAddr.Create([|1|]));
            }
            """);

    [TestMethod]
    public Task Ranges_begin_where_they_begin()
        => Verify.Rule<MisalignedConstantAnalyzer>("""
            class C<TPlatform> where TPlatform : unmanaged, IPlatform
            {
                void M(AddressSpace<TPlatform> space)
                {
                    space.Release(VirtRange.Create(VirtAddr.Create([|0x1234|]), 0x1000));
                    space.MapAt(VirtRange.Create(VirtAddr.Create(0x1000), 0x1000), PhysAddr.Create([|0x20|]), RegionKind.Device, Protection.DeviceMemory);
                    space.MapDevice(PhysRange.Create(PhysAddr.Create(0x20), 0x10), Protection.DeviceMemory);
                }
            }
            """);

    [TestMethod]
    public Task Operators_have_parameters_too()
        => Verify.Rule<MisalignedConstantAnalyzer>("""
            readonly struct Slot
            {
                public static implicit operator Slot([Aligned(8)] ulong address) => default;
                public static Slot operator +(Slot slot, [Aligned(8)] ulong bytes) => slot;
                public static Slot M() => (Slot)16UL + [|4UL|];
                public static Slot N() => [|12UL|];
            }
            """);

    [TestMethod]
    public Task An_alignment_that_is_none_demands_nothing()
        => Verify.Rule<MisalignedConstantAnalyzer>("""
            class C
            {
                static void Odd([Aligned(24)] ulong address) { }
                static void Zero([Aligned(0)] ulong address) { }
                static void Nobody([Aligned("TNone")] ulong address) { }
                void M() { Odd(7); Zero(7); Nobody(7); }
            }
            """);
}
