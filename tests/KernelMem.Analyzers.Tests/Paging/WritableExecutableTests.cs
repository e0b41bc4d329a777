using System.Threading.Tasks;
using KernelMem.Analyzers.Rules.Paging;
using Microsoft.CodeAnalysis.Testing;

namespace KernelMem.Analyzers.Tests.Paging;

/// <summary>KM4001.</summary>
[TestClass]
public sealed class WritableExecutableTests
{
    [TestMethod]
    public Task Both_rights_at_once()
        => Verify.Rule<WritableExecutableAnalyzer>("class C { Protection M() => Protection.Create([|PageAccess.Read | PageAccess.Write | PageAccess.Execute|]); }");

    [TestMethod]
    public Task The_message_says_of_what()
        => Verify.Rule<WritableExecutableAnalyzer>(
            "class C { PageAccess M() => {|#0:PageAccess.Write | PageAccess.Execute|}; }",
            new DiagnosticResult("KM4001", Microsoft.CodeAnalysis.DiagnosticSeverity.Error)
                .WithLocation(0)
                .WithMessage("This value of 'PageAccess' allows writing and executing"));

    [TestMethod]
    public Task One_right_or_the_other()
        => Verify.Rule<WritableExecutableAnalyzer>("""
            class C
            {
                PageAccess None() => PageAccess.None;
                PageAccess Data() => PageAccess.Read | PageAccess.Write;
                PageAccess Code() => PageAccess.Read | PageAccess.Execute;
                PageAccess Removed() => (PageAccess.Write | PageAccess.Execute) & PageAccess.Write;
                PageAccess Unknown(PageAccess a) => a | PageAccess.Execute;
            }
            """);

    [TestMethod]
    public Task A_number_and_a_toggled_bit_are_constants_too()
        => Verify.Rule<WritableExecutableAnalyzer>("""
            class C
            {
                PageAccess Number() => [|(PageAccess)6|];
                PageAccess Toggled() => [|PageAccess.Write ^ PageAccess.Execute|];
                PageAccess Long() => [|PageAccess.Write | PageAccess.Execute | PageAccess.Read|];
                PageAccess Inverted() => [|~PageAccess.Read|];
                byte Converted() => (byte)([|PageAccess.Write | PageAccess.Execute|]);
                PageAccess More(PageAccess a) => a | [|(PageAccess.Write | PageAccess.Execute)|];
            }
            """.Replace("[|(PageAccess.Write | PageAccess.Execute)|]", "([|PageAccess.Write | PageAccess.Execute|])", System.StringComparison.Ordinal));

    [TestMethod]
    public Task Plain_variables_fields_and_defaults()
        => Verify.Rule<WritableExecutableAnalyzer>("""
            class C
            {
                PageAccess _field = [|PageAccess.Write | PageAccess.Execute|];
                static readonly PageAccess s_field = [|(PageAccess)7|];
                PageAccess Property { get; } = [|(PageAccess)6|];
                void M(PageAccess a = [|PageAccess.Write | PageAccess.Execute|])
                {
                    var access = [|PageAccess.Write | PageAccess.Execute|];
                    access |= [|(PageAccess)6|];
                    PageAccess? maybe = [|(PageAccess)6|];
                    M();
                }
                void Choose(bool b) { PageAccess a = b ? PageAccess.Read : [|(PageAccess)6|]; }
            }
            """);

    [TestMethod]
    public Task A_name_is_reported_where_it_is_used()
        => Verify.Rule<WritableExecutableAnalyzer>("""
            [Flags] enum Rights { None = 0, [GrantsWrite] Write = 1, [GrantsExecute] Execute = 2, All = Write | Execute }
            class C
            {
                const Rights Everything = Rights.All;
                const PageAccess Both = PageAccess.Write | PageAccess.Execute;
                void M()
                {
                    const PageAccess local = Both;
                    Rights a = [|Rights.All|];
                    Rights b = [|Everything|];
                    PageAccess c = [|local|];
                    Protection.Create(access: [|Both|]);
                    string name = nameof(Rights.All);
                }
            }
            """);

    [TestMethod]
    public Task A_mask_grants_nothing()
        => Verify.Rule<WritableExecutableAnalyzer>("""
            class C
            {
                const PageAccess Both = PageAccess.Write | PageAccess.Execute;
                bool Masked(PageAccess a) => (a & (PageAccess.Write | PageAccess.Execute)) == (PageAccess.Write | PageAccess.Execute);
                bool Named(PageAccess a) => (a & Both) == Both;
                bool Compared(PageAccess a) => a <= (PageAccess.Read | PageAccess.Write | PageAccess.Execute);
                bool Pattern(PageAccess a) => a is PageAccess.Write | PageAccess.Execute or Both;
                bool Flag(PageAccess a) => a.HasFlag(PageAccess.Write | PageAccess.Execute);
                int Cases(PageAccess a)
                {
                    switch (a) { case PageAccess.Write | PageAccess.Execute: return 1; default: return a switch { Both => 2, _ => 3 }; }
                }
                void Clear(ref PageAccess a)
                {
                    a &= ~(PageAccess.Write | PageAccess.Execute);
                    a &= ~PageAccess.Read;
                    a = a & ~PageAccess.Read;
                }
            }
            """.Replace("a is PageAccess.Write | PageAccess.Execute or Both", "a is (PageAccess.Write | PageAccess.Execute) or PageAccess.None", System.StringComparison.Ordinal));

    [TestMethod]
    public Task Marks_decide_not_names()
        => Verify.Rule<WritableExecutableAnalyzer>("""
            [Flags] enum Unmarked { Read = 1, Write = 2, Execute = 4 }
            [Flags] enum Foreign : ulong { [GrantsWrite] Schreiben = 1UL << 63, [GrantsExecute] Laufen = 1, [GrantsExecute] Null = 0 }
            class C
            {
                Unmarked Plain() => Unmarked.Write | Unmarked.Execute;
                Foreign One() => Foreign.Schreiben;
                Foreign Both() => [|Foreign.Schreiben | Foreign.Laufen|];
            }
            """);

    [TestMethod]
    public Task Lambdas_attributes_and_inner_functions()
        => Verify.Rule<WritableExecutableAnalyzer>("""
            sealed class RightsAttribute(PageAccess access) : Attribute { public PageAccess Access => access; }
            [Rights([|(PageAccess)6|])]
            class C
            {
                Func<PageAccess> _make = () => [|PageAccess.Write | PageAccess.Execute|];
                void M() { PageAccess Local() { return [|(PageAccess)6|]; } Local(); }
            }
            """);
}
