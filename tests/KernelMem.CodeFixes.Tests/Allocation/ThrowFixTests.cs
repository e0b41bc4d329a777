using System.Threading.Tasks;
using KernelMem.Analyzers.Rules.Allocation;
using KernelMem.CodeFixes.Allocation;

namespace KernelMem.CodeFixes.Tests.Allocation;

/// <summary>KM1014: a throw becomes a failure or a panic.</summary>
[TestClass]
public sealed class ThrowFixTests
{
    [TestMethod]
    [DataRow("Result<E> M(int n) { if (n > 0) {|KM1014:throw new Exception();|} return default; }", "Result<E> M(int n) { if (n > 0) return E.Bad; return default; }")]
    [DataRow("Result<int, E> M(int n) { {|KM1014:throw new Exception(\"x\" + n);|} }", "Result<int, E> M(int n) { return E.Bad; }")]
    public Task A_result_is_a_failure(string member, string fixedMember) => Verify.Fix<AllocationAnalyzer, ThrowFix>(Class(member), Class(fixedMember));

    [TestMethod]
    [DataRow("void M(int n) { if (n > 0) {|KM1014:throw new Exception(\"gone\");|} }", "void M(int n) { if (n > 0) Panic.Now(\"gone\"); }")]
    [DataRow("void M(int n) { {|KM1014:throw new InvalidOperationException();|} }", "void M(int n) { Panic.Now(\"InvalidOperationException\"); }")]
    public Task Otherwise_it_is_a_panic(string member, string fixedMember) => Verify.Fix<AllocationAnalyzer, ThrowFix>(Class(member), Class(fixedMember));

    [TestMethod]
    public Task A_result_may_be_a_panic_too()
        => Verify.Fix<AllocationAnalyzer, ThrowFix>(
            Class("Result<E> M(int n)\n    {\n        {|KM1014:throw new Exception(\"gone\");|} // never\n    }"),
            Class("Result<E> M(int n)\n    {\n        Panic.Now(\"gone\");\n        return default; // never\n    }"),
            action: 1);

    [TestMethod]
    public Task A_panic_comes_back_to_the_compiler()
        => Verify.Fix<AllocationAnalyzer, ThrowFix>(
            Class("int M(int n)\n    {\n        switch (n)\n        {\n            case 0:\n                return 1;\n            default:\n                {|KM1014:throw new Exception(\"gone\");|}\n        }\n    }"),
            Class("int M(int n)\n    {\n        switch (n)\n        {\n            case 0:\n                return 1;\n            default:\n                Panic.Now(\"gone\");\n                return default;\n        }\n    }"));

    [TestMethod]
    public Task Where_there_is_room_for_one_statement()
        => Verify.Fix<AllocationAnalyzer, ThrowFix>(
            Class("int M(int n)\n    {\n        if (n > 0)\n            {|KM1014:throw new Exception(\"gone\");|}\n\n        return 1;\n    }"),
            Class("int M(int n)\n    {\n        if (n > 0)\n        {\n            Panic.Now(\"gone\");\n            return default;\n        }\n\n        return 1;\n    }"));

    [TestMethod]
    [DataRow("int M(string s) => s?.Length ?? {|KM1014:throw new Exception()|};")]
    [DataRow("void M(Exception e) { {|KM1014:throw e;|} }")]
    [DataRow("void M(int n) { {|KM1014:throw new Exception(\"x\" + n);|} }")]
    [DataRow("void M() { try { } catch { {|KM1014:throw;|} } }")]
    [DataRow("Result<E> M() { try { {|KM1014:throw new Exception(\"x\");|} } catch (Exception) { return E.Worse; } }")]
    [DataRow("Result<E> M(out int x) { {|KM1014:throw new Exception(\"x\" + Next());|} } int Next() => 1;")]
    [DataRow("Result<E> M() { {|KM1014:throw Make();|} } Exception Make() => null!;")]
    [DataRow("ref int M() { {|KM1014:throw new Exception(\"x\");|} }")]
    [DataRow("void M() { {|KM1014:throw new Own(\"x\");|} } class Own : Exception { public Own(string s) : base(s) { Next++; } static int Next; }")]
    [DataRow("void M() { {|KM1014:throw {|KM1001:new Exception(\"x\") { Source = Next() }|};|} } string Next() => \"\";")]
    [DataRow("int M(out int x) { {|KM1014:throw new Exception(\"x\");|} }")]
    [DataRow("System.Collections.Generic.IEnumerable<int> {|KM1013:M|}() { yield return 1; {|KM1014:throw new Exception(\"x\");|} }")]
    [DataRow("async System.Threading.Tasks.Task {|KM1013:M|}() { await System.Threading.Tasks.Task.Yield(); {|KM1014:throw new Exception(\"x\");|} }")]
    public Task Another_stays(string member) => Verify.NoFix<AllocationAnalyzer, ThrowFix>(Class(member));

    [TestMethod]
    [DataRow("int x; if (n > 0) x = 1; else {|KM1014:throw new Exception(\"gone\");|} n = x;", "int x; if (n > 0) x = 1; else { Panic.Now(\"gone\"); return; } n = x;")]
    [DataRow("switch (n)\n        {\n            case 0:\n                {|KM1014:throw new Exception(\"gone\");|}\n            default: break;\n        }", "switch (n)\n        {\n            case 0:\n                Panic.Now(\"gone\");\n                break;\n            default: break;\n        }")]
    [DataRow("try { n++; } finally { if (n > 0) {|KM1014:throw new Exception(\"gone\");|} }", "try { n++; } finally { if (n > 0) Panic.Now(\"gone\"); }")]
    [DataRow("try { n++; } catch { {|KM1014:throw new Exception(\"gone\");|} }", "try { n++; } catch { Panic.Now(\"gone\"); }")]
    public Task A_void_method_ends_where_it_must(string body, string fixedBody)
        => Verify.Fix<AllocationAnalyzer, ThrowFix>(Class("void M(int n) { " + body + " }"), Class("void M(int n) { " + fixedBody + " }"));

    private static string Class(string member) => $"using System;\nusing KernelMem.Failures;\n\nenum E {{ None, Bad, Worse }}\n\nclass C\n{{\n    {member}\n}}\n";
}
