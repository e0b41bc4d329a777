using System.Threading.Tasks;
using KernelMem.Analyzers.Rules.Ownership;
using Microsoft.CodeAnalysis.Testing;

namespace KernelMem.Analyzers.Tests.Ownership;

/// <summary>KM5004.</summary>
[TestClass]
public sealed class MustUseTests
{
    private const string Types = """
        [MustUse("the door stays open")] struct Handle { }
        [MustUse, Affine] struct Debt { public Debt Move() => this; }
        static class Make
        {
            public static Handle Handle() => default;
            public static Debt Debt() => default;
            public static bool TryDebt(out Debt debt) { debt = default; return true; }
            public static bool TryHandle(out Handle handle) { handle = default; return true; }
            public static (int, Handle) Pair() => default;
            public static (int, Debt) DebtPair() => default;
            public static Handle? Maybe() => null;
            public static System.Threading.Tasks.Task<Handle> Later() => null!;
            public static int Number() => 0;
        }

        """;

    [TestMethod]
    public Task A_call_that_is_only_a_statement()
        => Rule("class C { void M() { [|Make.Handle()|]; } }");

    [TestMethod]
    public Task The_message_gives_the_reason()
        => Verify.Rule<MustUseAnalyzer>(
            "class C<T> where T : unmanaged, IPlatform { void M(T platform) { {|#0:platform.SaveInterrupts()|}; } }",
            new DiagnosticResult("KM5004", Microsoft.CodeAnalysis.DiagnosticSeverity.Error)
                .WithLocation(0)
                .WithMessage("The value of 'SaveInterrupts' must not be ignored: interrupts stay off for ever"));

    [TestMethod]
    public Task Without_a_reason_the_mark_is_named()
        => Verify.Rule<MustUseAnalyzer>(
            "class C { [MustUse] int N() => 0; void M() { {|#0:N()|}; } }",
            new DiagnosticResult("KM5004", Microsoft.CodeAnalysis.DiagnosticSeverity.Error)
                .WithLocation(0)
                .WithMessage("The value of 'N' must not be ignored: it is marked [MustUse]"));

    [TestMethod]
    public Task A_value_that_goes_somewhere_is_used()
        => Rule("""
            class C
            {
                Handle _handle;
                void Take(Handle handle) { }
                Handle M(bool b)
                {
                    var handle = Make.Handle();
                    _handle = Make.Handle();
                    Take(Make.Handle());
                    Make.Number();
                    if (b) return Make.Handle();
                    Func<Handle> later = () => Make.Handle();
                    return later();
                }
            }
            """);

    [TestMethod]
    public Task A_discard_ignores_on_purpose()
        => Rule("""
            class C
            {
                void M()
                {
                    _ = Make.Handle();
                    Make.TryHandle(out _);
                    (_, _) = Make.Pair();
                }
            }
            """);

    [TestMethod]
    public Task An_obligation_cannot_be_discarded()
        => Rule("""
            class C
            {
                void M(Debt owed)
                {
                    _ = [|Make.Debt()|];
                    _ = [|owed|];
                    Make.TryDebt(out [|_|]);
                    (_, [|_|]) = Make.DebtPair();
                    _ = [|Make.DebtPair()|];
                    [|owed.Move()|];
                    Debt kept = Make.Debt();
                }
            }
            """);

    [TestMethod]
    public Task Parts_of_a_for_are_statements()
        => Rule("class C { void M() { for ([|Make.Handle()|], Make.Number(); ; [|Make.Handle()|], [|Make.Debt()|]) { break; } } }");

    [TestMethod]
    public Task Bodies_that_are_one_expression()
        => Rule("""
            class C
            {
                C() => [|Make.Handle()|];
                void M() => [|Make.Handle()|];
                int Property { set => [|Make.Handle()|]; }
                Action _action = () => [|Make.Handle()|];
                void N() { void Local() => [|Make.Handle()|]; Local(); Action statement = static () => { [|Make.Debt()|]; }; }
            }
            """);

    [TestMethod]
    public Task Awaited_values()
        => Rule("""
            class C
            {
                [MustUse("it failed")] async System.Threading.Tasks.Task<int> Marked() { await System.Threading.Tasks.Task.Yield(); return 1; }
                async System.Threading.Tasks.Task M()
                {
                    [|await Make.Later()|];
                    [|await Marked()|];
                    Handle handle = await Make.Later();
                    Func<System.Threading.Tasks.Task> lambda = async () => [|await Make.Later()|];
                    await System.Threading.Tasks.Task.Yield();
                }
            }
            """);

    [TestMethod]
    public Task Wrapped_values_count()
        => Rule("""
            class D { public Handle Get() => default; public D Next => this; }
            unsafe class C
            {
                delegate Handle Maker();
                void M(D d, Maker make, delegate*<Handle> pointer)
                {
                    [|Make.Pair()|];
                    [|Make.Maybe()|];
                    d?[|.Get()|];
                    d?.Next?[|.Get()|];
                    [|new Handle()|];
                    [|make()|];
                    [|pointer()|];
                }
            }
            """);

    [TestMethod]
    public Task What_is_overridden_or_implemented_says_it_for_all()
        => Rule("""
            interface IDevice { [MustUse("status")] int Read(); [return: MustUse] int Write(); static abstract Handle Open(); }
            class Device : IDevice { public virtual int Read() => 0; int IDevice.Write() => 0; public int Write() => 0; public static Handle Open() => default; }
            class Derived : Device { public override int Read() => 1; }
            struct Implicit : IDevice { public int Read() => 0; public int Write() => 0; public static Handle Open() => default; }
            abstract class Base { [return: MustUse("why")] public abstract int Get(); }
            class Over : Base { public sealed override int Get() => 1; }
            class Generic<T> where T : IDevice { void M(T t) { [|t.Read()|]; [|T.Open()|]; } }
            class C
            {
                void M(Device device, Derived derived, IDevice contract, Implicit value, Over over)
                {
                    [|device.Read()|];
                    device.Write();
                    [|derived.Read()|];
                    [|contract.Write()|];
                    [|value.Read()|];
                    [|value.Write()|];
                    [|over.Get()|];
                }
            }
            """);

    [TestMethod]
    public Task A_class_hands_the_mark_down()
        => Rule("""
            [MustUse] class Token { public static Sub Make() => new(); }
            class Sub : Token { public Sub() { } }
            class C { void M() { [|Token.Make()|]; [|new Sub()|]; } }
            """);

    [TestMethod]
    public Task Results_and_flushes_of_the_library()
        => Rule("""
            class C<T> where T : unmanaged, IPlatform
            {
                void M(PageMapper<T> mapper, AddressSpace<T> space, Page<Size4KiB> page, PtEntry entry, VirtRange range)
                {
                    [|mapper.Unmap(page)|];
                    [|mapper.Unmap(page).Expect("x")|];
                    [|space.Release(range)|];
                    [|entry.WithPresent(true)|];
                    _ = space.Release(range);
                    _ = [|mapper.Unmap(page)|];
                    _ = [|mapper.Unmap(page).Expect("x")|];
                }
            }
            """);

    [TestMethod]
    public Task Top_level_statements()
    {
        var test = new ProfiledRuleTest<MustUseAnalyzer>("Kernel");
        test.TestState.OutputKind = Microsoft.CodeAnalysis.OutputKind.ConsoleApplication;
        test.TestState.Sources.Add(("/0/Test0.cs", "[|Make.Handle()|];\n_ = Make.Handle();\n" + Types));
        return test.RunAsync();
    }

    private static Task Rule(string source) => Verify.Rule<MustUseAnalyzer>(Types + source);
}
