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
    [DataRow("[NoAlloc] static int Tick(Middle m) => m.Run(); internal class Base { public virtual int Run() => 1; } internal class Middle : Base; internal class Other : Base { public override int Run() => new Node().Value; }", DisplayName = "the receiver cannot be what allocates")]
    [DataRow("[NoAlloc] static int Tick(IValue<int> v) => v.Get(); private interface IValue<T> { T Get(); } class A : IValue<int> { public int Get() => 1; } class B : IValue<long> { public long Get() => new Node().Value; }")]
    [DataRow("[NoAlloc] static int Tick(Source s) => s.ReadByte(); internal abstract class Source : System.IO.Stream { public override int ReadByte() => 1; }", DisplayName = "nothing of it is ever made")]
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
    [DataRow("[NoAlloc] static object Tick(IValue<string> v) => {|KM1017:v.Get()|}; private interface IValue<out T> { T Get(); } class A : IValue<string> { public string Get() => new string('a', new Node().Value); }")]
    [DataRow("[NoAlloc] static object Tick(IValue<object> v) => {|KM1017:v.Get()|}; private interface IValue<out T> { T Get(); } class A : IValue<string> { public string Get() => new string('a', new Node().Value); }", DisplayName = "by variance")]
    [DataRow("[NoAlloc] static int Tick(IValue<S> v) => {|KM1017:v.Hash()|}; private interface IValue<T> { int Hash(); } class A<T> : IValue<T> { T _value = default!; public int Hash() => _value!.GetHashCode(); } struct S { }", DisplayName = "with the type arguments of the interface")]
    [DataRow("[NoAlloc] static int Tick<T>(T b) where T : Base => {|KM1017:b.Plain()|}; internal class Base { public int Plain() => new Node().Value; }", DisplayName = "a member of a constraint that nobody overrides")]
    [DataRow("[NoAlloc] static int Tick(Source s) => {|KM1017:s.ReadByte()|}; internal abstract class Source : System.IO.Stream; class File : Source { public override int ReadByte() => new Node().Value; public override bool CanRead => true; public override bool CanSeek => true; public override bool CanWrite => true; public override long Length => 1; public override long Position { get; set; } public override void Flush() { } public override int Read(byte[] b, int o, int c) => 1; public override long Seek(long o, System.IO.SeekOrigin s) => 1; public override void SetLength(long l) { } public override void Write(byte[] b, int o, int c) { } }", DisplayName = "what the receiver inherits")]
    public Task It_is_known_not_to_be(string members) => Program.Check(members);

    [TestMethod]
    public Task Others_can_implement_what_they_see()
        => Verify.RuleIn<KernelMem.Analyzers.Rules.Calls.CallAnalyzer>("Hosted", "public interface IOpen { int Run(); } class C { [NoAlloc] static int Tick(IOpen open) => {|KM1019:open.Run()|}; }");
}
