using System.Threading.Tasks;

namespace KernelMem.Analyzers.Tests.Allocation;

/// <summary>KM1024: what the compiler writes for records, and comparers of structs.</summary>
[TestClass]
public sealed class EqualityTests
{
    [TestMethod]
    [DataRow("record struct R(int A); string M(R r) => {|KM1024:r.ToString()|};")]
    [DataRow("record struct R(Square A); bool M(R a, R b) => {|KM1024:a == b|};")]
    [DataRow("record struct R(Square A); bool M(R a, R b) => {|KM1024:a.Equals(b)|};")]
    [DataRow("record struct R(Square A); int M(R a) => {|KM1024:a.GetHashCode()|};")]
    [DataRow("record struct Inner(Square A); record struct R(Inner A); bool M(R a, R b) => {|KM1024:a != b|};")]
    [DataRow("record R(Square A); bool M(R a, R b) => {|KM1024:a == b|};")]
    [DataRow("object M() => {|KM1024:EqualityComparer<Square>.Default|};")]
    [DataRow("object M() => {|KM1024:EqualityComparer<Named>.Default|};")]
    public Task An_object_is_needed(string member) => Member.Check(member);

    [TestMethod]
    [DataRow("record struct R(int A, Colour B, Guid C); bool M(R a, R b) => a == b && a.Equals(b);")]
    [DataRow("record struct R(Square A) { public bool Equals(R other) => true; public override int GetHashCode() => 0; } bool M(R a, R b) => a.Equals(b);")]
    [DataRow("record struct R(int A) { public override string ToString() => \"\"; } string M(R r) => r.ToString();")]
    [DataRow("object M() => EqualityComparer<int>.Default;")]
    [DataRow("object M() => EqualityComparer<Colour>.Default;")]
    [DataRow("object M<T>() => EqualityComparer<T>.Default;")]
    [DataRow("struct Own : IEquatable<Own> { public bool Equals(Own other) => true; } object M() => EqualityComparer<Own>.Default;")]
    [DataRow("record struct R(Square A); R M(R r) => r;")]
    public Task None_is(string member) => Member.Check(member);
}
