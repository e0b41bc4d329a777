using System.Threading.Tasks;
using KernelMem.Analyzers.Rules.Paging;
using Microsoft.CodeAnalysis.Testing;

namespace KernelMem.Analyzers.Tests.Paging;

/// <summary>KM4009.</summary>
[TestClass]
public sealed class RawBitsTests
{
    [TestMethod]
    public Task A_bit_is_set_by_hand()
        => Verify.Rule<RawBitsAnalyzer>(
            "class C { ulong M(PtEntry entry) => {|#0:entry.Value | 2|}; }",
            new DiagnosticResult("KM4009", Microsoft.CodeAnalysis.DiagnosticSeverity.Warning)
                .WithLocation(0)
                .WithMessage("The word of 'PtEntry' is put together with bit operations: use its typed members"));

    [TestMethod]
    public Task Every_bit_operation_counts()
        => Verify.Rule<RawBitsAnalyzer>("""
            class C
            {
                bool And(PtEntry e) => ([|e.Value & 1|]) != 0;
                ulong Xor(PtEntry e) => [|2 ^ e.Value|];
                ulong Not(PtEntry e) => [|~e.Value|];
                ulong Left(PtEntry e) => [|e.Value << 1|];
                uint Right(PtEntry e) => (uint)([|e.Value >> 12|]);
                ulong Unsigned(PtEntry e) => [|e.Value >>> 12|];
                long Signed(PtEntry e) => [|(long)e.Value & 1|];
            }
            """);

    [TestMethod]
    public Task A_whole_expression_is_reported_once()
        => Verify.Rule<RawBitsAnalyzer>("""
            class C
            {
                PtEntry M(PtEntry e, ulong x) => PtEntry.FromRaw([|(e.Value & ~2UL) | (x << 12)|]);
                bool N(PtEntry a, PtEntry b) => ([|(uint)(a.Value & 1) & (uint)(b.Value >> 1)|]) == 1;
            }
            """);

    [TestMethod]
    public Task Compound_forms_count()
        => Verify.Rule<RawBitsAnalyzer>("""
            class C
            {
                ulong M(PtEntry e, ulong x)
                {
                    [|x |= e.Value|];
                    [|x &= ~e.Value|];
                    x |= 1;
                    x <<= (int)e.Value;
                    return x;
                }
            }
            """);

    [TestMethod]
    public Task What_becomes_a_word_counts()
        => Verify.Rule<RawBitsAnalyzer>("""
            class C
            {
                PtEntry Raw(PhysAddr frame) => PtEntry.FromRaw([|frame.Value | 3|]);
                PtEntry Checked(ulong frame) => PtEntry.Create([|frame << 12|]);
                bool Tried(ulong word) => PageFaultErrorCode.TryCreate([|(uint)word & 7|], out _);
            }
            """);

    [TestMethod]
    public Task Typed_members_and_whole_words_are_right()
        => Verify.Rule<RawBitsAnalyzer>("""
            class C
            {
                PtEntry Typed(PtEntry e) => e.WithWritable(true).WithNoExecute(true);
                PtEntry Read(ulong word) => PtEntry.FromRaw(word);
                PtEntry Constant() => PtEntry.FromRaw(1 | 2);
                ulong Write(PtEntry e) => e.Value;
                bool Same(PtEntry a, PtEntry b) => a.Value == b.Value && a.Value + 1 != 0;
                ulong Field(PtEntry e) => e.Frame.Start.Value & 0xFFF;
                int Small(PtEntry e) => e.Available & 3;
                ulong Masks() => PtEntry.WritableMask | PtEntry.PresentMask;
                bool Flags(PtEntry e) => e.Present & e.Writable | !e.User;
                ulong Invalid(PtEntry e) => e.InvalidBits & 1;
                int Count(PtEntry e) => 1 << (int)e.Value;
            }
            """);

    [TestMethod]
    public Task Other_values_are_only_numbers()
        => Verify.Rule<RawBitsAnalyzer>("""
            struct Plain { public ulong Value { get; set; } public static Plain FromRaw(ulong value) => default; }
            class C
            {
                ulong M(Plain p, VirtAddr a) => p.Value | a.Value & 0xFFF;
                Plain N(ulong x) => Plain.FromRaw(x | 1);
            }
            """);

    [TestMethod]
    public Task A_layout_may_use_its_own_word()
        => Verify.Rule<RawBitsAnalyzer>("""
            [BitLayout(typeof(uint))]
            readonly struct Control
            {
                private readonly uint _value;
                private Control(uint value) => _value = value;
                public uint Value => _value;
                public static Control FromRaw(uint value) => new(value);
                public Control WithBit(int bit) => FromRaw(Value | 1u << bit);
                public struct Inner { uint Low(Control c) => c.Value & 1; }
                ulong Other(PtEntry e) => [|e.Value & 1|];
            }
            class C { uint M(Control c) => [|c.Value & 1|]; }
            """);

    [TestMethod]
    public Task Lambdas_initializers_and_inner_functions()
        => Verify.Rule<RawBitsAnalyzer>("""
            class C
            {
                static readonly ulong s_word = [|PtEntry.Initial.Value | 1|];
                Func<PtEntry, ulong> _read = entry => [|entry.Value >> 12|];
                void M() { ulong Local(Cr4 cr4) => [|cr4.Value & 32|]; Local(default); }
            }
            """);
}
