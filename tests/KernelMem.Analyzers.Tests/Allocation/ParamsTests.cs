using System.Threading.Tasks;

namespace KernelMem.Analyzers.Tests.Allocation;

/// <summary>KM1009: arguments gathered in a new object.</summary>
[TestClass]
public sealed class ParamsTests
{
    [TestMethod]
    [DataRow("{|KM1009:Ints(1, number)|};")]
    [DataRow("{|KM1009:Many(\"a\", \"b\")|};")]
    [DataRow("{|KM1009:Many({|KM1003:number|})|};")]
    [DataRow("{|KM1009:List(1)|};")]
    [DataRow("{|KM1009:List()|};")]
    [DataRow("{|KM1009:Sequence(1, 2)|};")]
    public Task Arguments_are_gathered(string body) => Member.CheckBody(body);

    [TestMethod]
    [DataRow("Ints();")]
    [DataRow("Many();")]
    [DataRow("Many(null!);")]
    [DataRow("Ints(array);")]
    [DataRow("Span(1, number);")]
    [DataRow("Span();")]
    [DataRow("Sequence();")]
    [DataRow("Sequence(array);")]
    public Task None_are(string body) => Member.CheckBody(body);

    [TestMethod]
    public Task Constructors_and_indexers_gather_too()
        => Member.Check("struct S { public S(params int[] a) { } public int this[params int[] i] => 0; } int M() => {|KM1009:{|KM1009:new S(1)|}[2]|};");
}
