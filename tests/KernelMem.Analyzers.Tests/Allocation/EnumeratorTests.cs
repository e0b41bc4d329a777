using System.Threading.Tasks;

namespace KernelMem.Analyzers.Tests.Allocation;

/// <summary>KM1012: loops with an object to go through a collection.</summary>
[TestClass]
public sealed class EnumeratorTests
{
    [TestMethod]
    [DataRow("void M(IEnumerable<int> a) { foreach (int x in {|KM1012:a|}) { } }")]
    [DataRow("void M(IReadOnlyList<int> a) { foreach (int x in {|KM1012:a|}) { } }")]
    [DataRow("void M(ArrayList a) { foreach (object? x in {|KM1012:a|}) { } }")]
    [DataRow("void M(Numbers a) { foreach (int x in {|KM1012:a|}) { } }")]
    [DataRow("void M<T>(T a) where T : IEnumerable<int> { foreach (int x in {|KM1012:a|}) { } }")]
    [DataRow("void M(int[] a) { foreach (int x in {|KM1012:(IEnumerable<int>)a|}) { } }")]
    [DataRow("void M(Array a) { foreach (object? x in {|KM1012:a|}) { } }")]
    [DataRow("void M(IDictionary<int, int> a) { foreach (var (k, v) in {|KM1012:a|}) { } }")]
    [DataRow("class Ring { public Ring GetEnumerator() => this; public int Current => 0; public bool MoveNext() => false; } void M(Ring a) { foreach (int x in {|KM1012:a|}) { } }")]
    public Task An_enumerator_is_made(string member) => Member.Check(member);

    [TestMethod]
    [DataRow("void M(int[] a) { foreach (int x in a) { } }")]
    [DataRow("void M(int[,] a) { foreach (int x in a) { } }")]
    [DataRow("void M(string a) { foreach (char x in a) { } }")]
    [DataRow("void M(List<int> a) { foreach (int x in a) { } }")]
    [DataRow("void M(Dictionary<int, int> a) { foreach (var (k, v) in a) { } }")]
    [DataRow("void M(ReadOnlySpan<int> a) { foreach (int x in a) { } }")]
    [DataRow("void M(IEnumerable<int> a) { _ = a.GetEnumerator(); }")]
    [DataRow("void M(IEnumerable<int> a) { if (false) { foreach (int x in a) { } } }")]
    public Task None_is(string member) => Member.Check(member);
}
