using System.Threading.Tasks;

namespace KernelMem.Analyzers.Tests.Calls;

/// <summary>KM1022: static constructors and initializers of static fields.</summary>
[TestClass]
public sealed class TypeInitializerTests
{
    [TestMethod]
    [DataRow("[NoAlloc] static int Tick() => {|KM1022:Table.Size|}; static class Table { public static int Size = new Node().Value; }")]
    [DataRow("[NoAlloc] static int Tick() => {|KM1022:Table.Size|}; static class Table { public static int Size; static Table() { Size = new Node().Value; } }")]
    [DataRow("[NoAlloc] static int Tick() => {|KM1022:Table.Size|}; static class Table { public static int Size; static Node s_node = Make(); static Node Make() => new(); }")]
    [DataRow("[NoAlloc] static void Tick() => {|KM1017:Table.Run()|}; static class Table { static Table() { _ = new Node(); } public static void Run() { } }", DisplayName = "by a method")]
    public Task It_may_run_here(string members) => Program.Check(members);

    [TestMethod]
    [DataRow("[NoAlloc] static int Tick() => Table.Size; static class Table { public static int Size = 3; }")]
    [DataRow("[NoAlloc] static int Tick() => Table.Size; static class Table { public const int Size = 3; static Node s_node = new(); }")]
    [DataRow("[NoAlloc] static int Tick() => new Table().Size; struct Table { public int Size; static Node s_node = new(); }")]
    [DataRow("[NoAlloc] static void Tick() => Table.Run(); static class Table { static Node s_node = new(); public static void Run() { } }", DisplayName = "only fields start initializers")]
    public Task It_does_not(string members) => Program.Check(members);
}
