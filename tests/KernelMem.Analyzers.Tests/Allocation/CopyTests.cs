using System.Threading.Tasks;

namespace KernelMem.Analyzers.Tests.Allocation;

/// <summary>KM1016: copies of records.</summary>
[TestClass]
public sealed class CopyTests
{
    [TestMethod]
    [DataRow("record R(int A); R M(R r) => {|KM1016:r with { A = 1 }|};")]
    [DataRow("record R(int A); R M(R r) => {|KM1016:r with { }|};")]
    [DataRow("record R(object A); R M(R r) => {|KM1016:r with { A = {|KM1003:5|} }|};")]
    [DataRow("record R(int A); record Q(int A, int B) : R(A); R M(Q q) => {|KM1016:q with { A = 1 }|};")]
    [DataRow("record R(int A); T M<T>(T r) where T : R => {|KM1016:r with { A = 1 }|};")]
    [DataRow("record R(int A); R M(R r) => {|KM1016:{|KM1016:r with { A = 1 }|} with { A = 2 }|};")]
    public Task An_object_is_copied(string member) => Member.Check(member);

    [TestMethod]
    [DataRow("record struct R(int A); R M(R r) => r with { A = 1 };")]
    [DataRow("Square M(Square s) => s with { Side = 1 };")]
    [DataRow("(int A, int B) M((int A, int B) t) => t with { A = 1 };")]
    public Task A_value_is_copied(string member) => Member.Check(member);

    [TestMethod]
    public Task An_anonymous_object_is_an_object()
        => Member.Check("void M() { var a = {|KM1001:new { A = 1 }|}; s_object = {|KM1001:a with { A = 2 }|}; }");
}
