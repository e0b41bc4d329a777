using System.Collections.Generic;
using KernelMem.Analyzers.Effects;

namespace KernelMem.Effects.Tests;

/// <summary>Whether the method M of the class C allocates, by the rules of IL.</summary>
[TestClass]
public sealed class AllocationTests
{
    [TestMethod]
    [DataRow("public static int M(int a) => a * 2;")]
    [DataRow("public static int M(int[] a) { int s = 0; foreach (int i in a) s += i; return s; }")]
    [DataRow("public static Span<int> M(Span<int> a) => a.Slice(1);", DisplayName = "a call into the platform")]
    [DataRow("struct S { public int A; public S(int a) => A = a; } public static int M(int a) => new S(a).A;", DisplayName = "a struct")]
    [DataRow("public static unsafe int M() { int* p = stackalloc int[4]; return p[0]; }")]
    [DataRow("public static string M() => \"literal\";")]
    [DataRow("public static Type M() => typeof(C);")]
    [DataRow("public static bool M<T>(T a) where T : struct => a is int;", DisplayName = "a box that is only tested")]
    [DataRow("public static bool M(object o) => o is int i && i > 3;", DisplayName = "out of a box")]
    [DataRow("public static object M<T>(T a) where T : class => a;", DisplayName = "no box of a class")]
    [DataRow("sealed class D { public override string ToString() => \"d\"; } public static string M(object o) { D d = o as D; return d.ToString(); }", DisplayName = "a sealed receiver")]
    [DataRow("interface I { int V(); } struct S : I { public int V() => 1; } static int G<T>(T t) where T : I => t.V(); public static int M() => G(default(S));", DisplayName = "a constrained call")]
    [DataRow("interface I { static abstract int V(); } struct S : I { public static int V() => 1; } static int G<T>() where T : I => T.V(); public static int M() => G<S>();", DisplayName = "a static abstract member")]
    [DataRow("static int G<T>(T a, T b) where T : IEquatable<T> => EqualityComparer<T>.Default.Equals(a, b) ? 1 : 0; static bool E(int a) => a.Equals(3); public static bool M(int a) => E(a);")]
    [DataRow("public static int M(int a) { if (a < 0) throw new ArgumentException(\"a\" + a); return a; }", DisplayName = "on the way to a throw")]
    [DataRow("static void T(int a) => throw new ArgumentException(\"a\" + a); public static int M(int a) { if (a < 0) T(a); return a; }", DisplayName = "in a throw helper")]
    [DataRow("public static int M(int a) => a == 0 ? 0 : N(a - 1); static int N(int a) => M(a);", DisplayName = "recursion")]
    [DataRow("static readonly int s_number = 3; public static int M() => s_number;", DisplayName = "a static constructor that does not allocate")]
    [DataRow("internal abstract class B { public abstract int V(); } internal sealed class D : B { public override int V() => 1; } static B s_b; static int W(B b) => b.V(); public static int M() => W(s_b);", DisplayName = "all overrides are known")]
    [DataRow("enum E { A } public static int M() => E.A.GetHashCode();", DisplayName = "the hash code of an enum")]
    [DataRow("struct S { public override int GetHashCode() => 1; } public static int M() => default(S).GetHashCode();", DisplayName = "an override in a struct")]
    [DataRow("public static ReadOnlySpan<byte> M() => [1, 2, 3];", DisplayName = "constant data")]
    [DataRow("public static int M(int[] a) => Math.Max(a[0], a.Length);")]
    [DataRow("int _f; public ref int M() => ref Unsafe.Add(ref _f, 1);", DisplayName = "an intrinsic whose body throws")]
    public void Never(string members) => Expect(EffectVerdict.Never, members);

    [TestMethod]
    [DataRow("public static object M() => new object();", "new object")]
    [DataRow("public static int[] M(int n) => new int[n];", "new int[]")]
    [DataRow("public static int[,] M(int n) => new int[n, n];", "new int[,]")]
    [DataRow("public static object M(int n) => n;", "boxing of int")]
    [DataRow("public static string M(string a, string b) => a + b;", "new string")]
    [DataRow("public static Func<int> M(int a) => () => a;", "new <>c__DisplayClass0_0")]
    [DataRow("public Func<string> M() => ToString;", "delegate Func<string>")]
    [DataRow("static void N(ref object o) => o = new List<int>(); public static void M(ref object o) => N(ref o);", "new List<int>", DisplayName = "through a call")]
    [DataRow("static T G<T>() where T : new() => new T(); public static object M() => G<List<int>>();", "new List<int>", DisplayName = "an obligation that the call breaks")]
    [DataRow("static string G<T>(T t) => t.ToString(); struct S { } public static string M() => G(default(S));", "boxing of S", DisplayName = "a receiver that is boxed")]
    [DataRow("interface I { int V() => 1; } struct S : I { } static int G<T>(T t) where T : I => t.V(); public static int M() => G(default(S));", "boxing of S", DisplayName = "a default interface member")]
    [DataRow("public static IEnumerable<int> M() { yield return 1; }", "new <M>d__0")]
    [DataRow("public static void M(List<int> l) => l.Add(1);", "new T[]")]
    [DataRow("internal abstract class B { public abstract object V(); } internal sealed class D : B { public override object V() => new object(); } static B s_b; public static object M() => s_b.V();", "new object", DisplayName = "an override that does")]
    [DataRow("internal abstract class B<X> { public virtual object V(X x) => null; public object W(X x) => V(x); } internal sealed class D : B<string> { public override object V(string x) => new object(); } internal static B<X> N<X>() => null; public static object M<X>(X x) => N<X>().W(x);", "new object", DisplayName = "an override for one type argument")]
    [DataRow("public static object M(int a) { while (true) { object o = new object(); if (a > o.GetHashCode()) throw new Exception(); } }", "new object", DisplayName = "a loop that only a throw ends")]
    [DataRow("public static bool M(object o) { try { throw new Exception(); } catch (Exception) { return true; } }", "new Exception", DisplayName = "a throw that is caught in the same method")]
    [DataRow("static object s_o; public static void M() => s_o = new object();", "new object", DisplayName = "a static field that is filled each time")]
    [DataRow("static bool G<T>(T a, T b) => EqualityComparer<T>.Default.Equals(a, b); struct S { } public static bool M() => G(default(S), default);", "boxing of S", DisplayName = "equality that a struct lacks")]
    public void Always(string members, string reason) => Expect(EffectVerdict.Always, members, reason);

    [TestMethod]
    [DataRow("public static Func<int> M() => static () => 1;", "delegate Func<int>", DisplayName = "a lambda that captures nothing")]
    [DataRow("static object s_o; public static object M() => s_o ??= new object();", "new object")]
    [DataRow("static readonly object s_o = new object(); public static object M() => s_o;", "static constructor of C")]
    [DataRow("class D { static D() { O = new object(); } public static object O; public static int F() => 1; } public static int M() => D.F();", "static constructor of D")]
    [DataRow("public static int[] M() => Array.Empty<int>();", "static constructor of EmptyArray")]
    public void First_use(string members, string reason) => Expect(EffectVerdict.FirstUse, members, reason);

    [TestMethod]
    [DataRow("public static string M<T>(T t) => t.ToString();", "T.ToString")]
    [DataRow("public static T M<T>() where T : new() => new T();", "new T()")]
    [DataRow("public static object M<T>(T t) => t;", "boxing of T")]
    [DataRow("static int G<T>(T t) where T : IComparable<T> => t.CompareTo(t); public static int M<T>(T t) where T : IComparable<T> => G(t);", "T.CompareTo")]
    [DataRow("interface I { static abstract int V(); } static int N<T>() where T : I => T.V(); static int G<T>() where T : I => N<T>(); public static int M<T>(T t) where T : IComparable<T> => t.CompareTo(t);", "T.CompareTo")]
    public void Depends_on_type_arguments(string members, string reason) => Expect(EffectVerdict.DependsOnTypeArguments, members, reason);

    [TestMethod]
    [DataRow("public static int M(Func<int> f) => f();", "call of a delegate Func")]
    [DataRow("public static unsafe int M(delegate*<int> f) => f();", "call of a function pointer")]
    [DataRow("public static int M(ICollection<int> c) => c.Count;", "virtual call of ICollection.Count")]
    [DataRow("public virtual int V() => 1; public int M() => V();", "virtual call of C.V")]
    [DataRow("public abstract class B { public abstract int V(); } internal sealed class D : B { public override int V() => 1; } public static int M(B b) => b.V();", "virtual call of B.V", DisplayName = "others can derive")]
    [DataRow("[DllImport(\"library\")] public static extern int M();", "native code of C.M")]
    public void Unknown(string members, string reason) => Expect(EffectVerdict.Unknown, members, reason);

    [TestMethod]
    public void Type_arguments_do_not_grow_without_end()
        => Expect(EffectVerdict.Never, "public static int M<T>(int n) => n == 0 ? 0 : M<List<T>>(n - 1);");

    [TestMethod]
    public void Each_set_of_type_arguments_is_judged_for_itself()
    {
        const string Source = "struct S { public override string ToString() => null; } struct T { } public class C { static string G<X>(X x) => x.ToString(); public static string A() => G(default(S)); public static string B() => G(default(T)); }";

        Dictionary<string, MemberEffects> effects = Snippet.Judge(Source);

        Assert.AreEqual(EffectVerdict.Never, effects["A"].Allocates);
        Assert.AreEqual(EffectVerdict.Always, effects["B"].Allocates);
    }

    [TestMethod]
    public void What_implements_a_contract_explicitly_can_be_called_through_it()
    {
        const string Source = "public class C : IDisposable, C.IHidden { void IDisposable.Dispose() => new object().ToString(); void IHidden.Run() { } interface IHidden { void Run(); } }";

        Dictionary<string, MemberEffects> effects = Snippet.Judge(Source);

        Assert.AreEqual(EffectVerdict.Always, effects["System.IDisposable.Dispose"].Allocates);
        Assert.IsFalse(effects.ContainsKey("C.IHidden.Run"));
    }

    [TestMethod]
    [DataRow("public static string M<T>(T t) => t.ToString();", "M:System.Object.ToString")]
    [DataRow("public static T M<T>() where T : new() => new T();", "new")]
    [DataRow("public static object M<T>(T t) => t;", "box")]
    [DataRow("public static bool M<T>(T a, T b) => EqualityComparer<T>.Default.Equals(a, b);", "default:Equals")]
    [DataRow("static int G<T>(T t) where T : IComparable<T> => t.CompareTo(t); public static int M<T>(T t) where T : IComparable<T> => G(t) + t.GetHashCode();", "M:System.IComparable`1.CompareTo(`0) M:System.Object.GetHashCode", DisplayName = "also by what it calls")]
    [DataRow("static int G<T>(T t) => t.GetHashCode(); public static int M<T>(T t) => G(1);", "", DisplayName = "not what is answered there")]
    public void What_is_used_of_type_arguments_is_told(string members, string needs)
        => Assert.AreEqual(needs, Snippet.Judge("public class C { " + members + " }")["M"].Needs);

    [TestMethod]
    public void A_list_wins_over_the_code()
    {
        const string Source = "public class C { public static object M() => N(); public static object N() => new object(); }";

        Dictionary<string, MemberEffects> effects = Snippet.Judge(Source, "M:C.N NNN # for this test\nM:C.P\n");

        Assert.AreEqual(EffectVerdict.Never, effects["N"].Allocates);
        Assert.AreEqual(EffectVerdict.Never, effects["M"].Allocates);
    }

    private static void Expect(EffectVerdict verdict, string members, string reason = "")
    {
        MemberEffects effects = Snippet.Judge("public class C { " + members + " }")["M"];
        Assert.AreEqual(verdict, effects.Allocates, effects.Reason);
        if (verdict != EffectVerdict.Never)
            Assert.AreEqual(reason, effects.Reason);
    }
}
