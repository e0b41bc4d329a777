using KernelMem.Analyzers.Effects;

namespace KernelMem.Effects.Tests;

/// <summary>Whether the method M of the class C throws or waits.</summary>
[TestClass]
public sealed class ThrowAndBlockTests
{
    [TestMethod]
    [DataRow("public static int M(int a) { if (a < 0) throw new ArgumentException(); return a; }", "throw ArgumentException")]
    [DataRow("public static void M(object o) => ArgumentNullException.ThrowIfNull(o);", "ArgumentNullException.Throw")]
    [DataRow("static int N(int a) => a < 0 ? throw new InvalidOperationException() : a; public static int M(int a) => N(a);", "throw InvalidOperationException")]
    public void Throws(string members, string reason)
    {
        MemberEffects effects = Snippet.Judge("public class C { " + members + " }")["M"];

        Assert.AreEqual(EffectVerdict.Always, effects.Throws);
        Assert.AreEqual(EffectVerdict.Never, effects.Allocates, effects.Reason);
        Assert.AreEqual(reason, effects.Reason);
    }

    [TestMethod]
    [DataRow("public static int M(int a) => a / 3;")]
    [DataRow("public static int M(int[] a) => a[1];", DisplayName = "what any code may")]
    public void Does_not_throw(string members)
        => Assert.AreEqual(EffectVerdict.Never, Snippet.Judge("public class C { " + members + " }")["M"].Throws);

    [TestMethod]
    [DataRow("public static void M(object o) { lock (o) { } }")]
    [DataRow("public static void M() => Thread.Sleep(1);")]
    [DataRow("[MethodImpl(MethodImplOptions.Synchronized)] public static void M() { }")]
    [DataRow("static void N(object o) => Monitor.Enter(o); public static void M(object o) => N(o);")]
    public void Waits(string members)
        => Assert.AreEqual(EffectVerdict.Always, Snippet.Judge("public class C { " + members + " }")["M"].Blocks);

    [TestMethod]
    [DataRow("public static int M(ref int a) => Interlocked.Increment(ref a);")]
    [DataRow("public static bool M(object o) => Monitor.TryEnter(o);")]
    public void Does_not_wait(string members)
        => Assert.AreEqual(EffectVerdict.Never, Snippet.Judge("public class C { " + members + " }")["M"].Blocks);
}
