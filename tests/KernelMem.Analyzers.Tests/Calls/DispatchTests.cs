using System.Threading.Tasks;

namespace KernelMem.Analyzers.Tests.Calls;

/// <summary>KM1019, and what is found behind calls whose target is decided at run time.</summary>
[TestClass]
public sealed class DispatchTests
{
    [TestMethod]
    [DataRow("[NoAlloc] static int Tick(IQuiet quiet) => quiet.Size();")]
    [DataRow("[NoAlloc] static int Tick<T>(T quiet) where T : IQuiet => quiet.Size();")]
    [DataRow("[NoAlloc] static void Tick(Quiet run) => run(); [NoAlloc] delegate void Quiet();")]
    [DataRow("[NoAlloc] static int Tick(Square square) => square.Area; sealed class Square : IShape { public int Area => 1; }")]
    [DataRow("[NoAlloc] static int Tick(IInner inner) => inner.Run(); private interface IInner { int Run(); } class A : IInner { public int Run() => 1; }", DisplayName = "all implementations are here")]
    [DataRow("[NoAlloc] static int Tick(Base b) => b.Run(); internal class Base { public virtual int Run() => 1; } internal class Derived : Base { public override int Run() => base.Run(); }")]
    public Task It_is_known_to_be_quiet(string members) => Program.Check(members);

    [TestMethod]
    [DataRow("[NoAlloc] static int Tick(IDisposable d) { {|KM1019:d.Dispose()|}; return 1; }")]
    [DataRow("[NoAlloc] static void Tick(Action run) => {|KM1019:run()|};")]
    [DataRow("[NoAlloc] static void Tick(delegate*<void> run) => {|KM1019:run()|};")]
    [DataRow("[NoAlloc] static int Tick(System.IO.Stream stream) => {|KM1019:stream.ReadByte()|};")]
    public Task Nobody_can_look(string members) => Program.Check(members);

    [TestMethod]
    [DataRow("[NoAlloc] static int Tick(IInner inner) => {|KM1017:inner.Run()|}; private interface IInner { int Run(); } class A : IInner { public int Run() => new Node().Value; }")]
    [DataRow("[NoAlloc] static int Tick(Base b) => {|KM1017:b.Run()|}; internal class Base { public virtual int Run() => 1; } internal class Derived : Base { public override int Run() => new Node().Value; }")]
    [DataRow("[NoAlloc] static int Tick(Base b) => {|KM1017:b.Size|}; internal abstract class Base { public abstract int Size { get; } } internal class Derived : Base { public override int Size => new Node().Value; }")]
    [DataRow("[NoAlloc] static int Tick(Square square) => {|KM1017:square.Area|}; sealed class Square : IShape { public int Area => new Node().Value; }")]
    [DataRow("[NoAlloc] static void Tick() => {|KM1017:Run()|}; static void Run() => s_run(); static Action s_run = null!;", DisplayName = "a delegate further on")]
    public Task It_is_known_not_to_be(string members) => Program.Check(members);
}
