using System.Threading.Tasks;
using KernelMem.Analyzers.Rules.Calls;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Testing;

namespace KernelMem.Analyzers.Tests.Calls;

/// <summary>KM1020: what a type has from its bases to implement a marked interface with.</summary>
[TestClass]
public sealed class InheritedImplementationTests
{
    private const string Types = """
        [NoAlloc] interface IClock { object Read(); }
        [NoAlloc] interface ICount { int Count { get; } }
        [NoThrow] interface ISure { int Read(); }
        interface IOpen { object Read(); }
        class Allocating { public object Read() => new object(); public int Count => Read().GetHashCode(); }
        class Quiet { public object Read() => this; public virtual int Count => 1; }
        class Throwing { public int Read() => throw new Exception(); }

        """;

    [TestMethod]
    [DataRow("class {|KM1020:C|} : Allocating, IClock { }")]
    [DataRow("class {|KM1020:C|} : Allocating, ICount { }", DisplayName = "a property")]
    [DataRow("class {|KM1020:C|} : Throwing, ISure { }", DisplayName = "another effect")]
    [DataRow("class B : Quiet, IClock { } class M : B { public new object Read() => new object(); } class {|KM1020:D|} : M, IClock { }", DisplayName = "implemented anew")]
    [DataRow("class {|KM1020:C|} : List<object>, IBag { } [NoAlloc] interface IBag { void Add(object o); }", DisplayName = "a base of another assembly")]
    [DataRow("class {|KM1020:C|}<T> : Allocating, IClock { }", DisplayName = "generic")]
    [DataRow("[MayAlloc(\"host\")] class B { public object Read() => this; } class {|KM1020:C|} : B, IClock { }", DisplayName = "a base that may")]
    public Task A_base_that_does_not_keep_it(string source) => Check(source);

    [TestMethod]
    [DataRow("class C : Quiet, IClock, ICount { }")]
    [DataRow("class C : Allocating, IOpen { }", DisplayName = "no contract")]
    [DataRow("class C : Allocating, IClock { object IClock.Read() => this; }", DisplayName = "an implementation of its own")]
    [DataRow("class B : Quiet, IClock { } class C : B, IClock { }", DisplayName = "told at the base")]
    [DataRow("class B { [NoAlloc] public object Read() => this; } class C : B, IClock { }", DisplayName = "a base that is checked by itself")]
    [DataRow("[NoAlloc] interface I { object Read() => this; } class C : I { }", DisplayName = "the interface's own")]
    [DataRow("abstract class B { public abstract object Read(); } abstract class C : B, IClock { }", DisplayName = "nothing yet")]
    public Task A_base_that_keeps_it(string source) => Check(source);

    [TestMethod]
    public Task The_message_tells_the_way()
        => Check(
            "class {|#0:C|} : Allocating, IClock { }",
            new DiagnosticResult("KM1020", DiagnosticSeverity.Error)
                .WithLocation(0)
                .WithSpan(6, 44, 6, 56)
                .WithMessage("'C' implements 'IClock.Read', which must not allocate, with 'Allocating.Read' (creates an object of class 'object')"));

    [TestMethod]
    public Task An_override_of_the_base_is_held_to_the_contract_where_it_stands()
        => Verify.RuleIn<Rules.Allocation.AllocationAnalyzer>(
            "Hosted",
            "[NoAlloc] interface ICount { int Count { get; } } class Q { public virtual int Count => 1; } class C : Q, ICount { } class D : C { public override int Count => {|KM1001:new object()|}.GetHashCode(); }");

    private static Task Check(string source, params DiagnosticResult[] expected)
        => Verify.RuleIn<CallAnalyzer>("Hosted", $"using System.Collections.Generic;\n{Types}{source}", expected);
}
