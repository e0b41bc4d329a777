using System.Threading.Tasks;
using KernelMem.Analyzers.Rules.Allocation;

namespace KernelMem.Analyzers.Tests.Allocation;

/// <summary>KM1014: exceptions.</summary>
[TestClass]
public sealed class ThrowTests
{
    [TestMethod]
    [DataRow("{|KM1014:throw new InvalidOperationException();|}")]
    [DataRow("{|KM1014:throw new InvalidOperationException(\"x\" + number);|}")]
    [DataRow("_ = o ?? {|KM1014:throw new Exception()|};")]
    [DataRow("_ = number > 0 ? number : {|KM1014:throw new Exception()|};")]
    [DataRow("try { number++; } catch { {|KM1014:throw;|} }")]
    [DataRow("try { number++; } catch (Exception e) { {|KM1014:throw e;|} }")]
    [DataRow("try { number++; } catch { if (number > 0) { {|KM1014:throw;|} } }")]
    [DataRow("try { number++; } catch { if (number > 0) { number = 0; } else { {|KM1014:throw;|} } }")]
    [DataRow("while (true) { try { number++; } catch (Exception e) { if (e == o) { continue; } {|KM1014:throw;|} } }")]
    [DataRow("_ = {|KM1014:colour switch { Colour.Red => 1, Colour.Green => 2 }|};")]
    [DataRow("_ = number switch { 0 => 1, _ => {|KM1014:throw new Exception()|} };")]
    public Task An_exception_is_thrown(string body) => Member.CheckBody(body);

    [TestMethod]
    [DataRow("_ = colour switch { Colour.Red => 1, _ => 2 };")]
    [DataRow("_ = (number > 0) switch { true => 1, false => 2 };")]
    [DataRow("try { number++; } catch { number--; } finally { number = 0; }")]
    [DataRow("Panic.Now(\"gone\");")]
    [DataRow("if (false) { throw new Exception(); }")]
    [DataRow("using (square) { }")]
    public Task None_is(string body) => Member.CheckBody(body);

    [TestMethod]
    public Task Code_that_may_allocate_may_still_promise_not_to_throw()
        => Verify.RuleIn<AllocationAnalyzer>(
            "Hosted",
            """
            class C
            {
                [NoThrow] object M(int x) => x > 0 ? new object() : {|KM1014:throw new Exception()|};
                object N() => throw new Exception();
            }
            """);

    [TestMethod]
    public Task A_rethrow_in_an_inner_function_is_its_own()
        => Verify.RuleIn<AllocationAnalyzer>(
            "Hosted",
            "class C { [NoThrow] void M() { try { } catch { L(); {|KM1014:throw;|} } [MayAlloc(\"x\")] void L() { try { } catch { {|KM1014:throw;|} } } } }");
}
