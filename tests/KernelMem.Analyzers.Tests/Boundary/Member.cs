using System.Threading.Tasks;
using KernelMem.Analyzers.Rules.Boundary;

namespace KernelMem.Analyzers.Tests.Boundary;

/// <summary>Checks the boundary rules on one member, among types to use in it.</summary>
internal static class Member
{
    private const string Types = """
        unsafe struct Node { public int Value; public Node* Next; public fixed byte Name[8]; public int Twice => Value * 2; public int Get() => Value; }
        [UserMemory] readonly struct Handle { private readonly ulong _value; public Handle(ulong value) => _value = value; public ulong Number => _value; public bool TryGet(out ulong number) { number = _value; return true; } }
        struct Call { [UserMemory] public ulong Buffer; public ulong Count; [UserMemory] public ulong Extra { get; set; } }
        unsafe delegate void Sink(byte* p); unsafe delegate void UserSink([UserMemory] byte* p);

        """;

    private const string Fields = """
        [UserMemory] static ulong s_user; [UserMemory] static byte* s_marked; static byte* s_kernel; static ulong s_number; static byte*[] s_array;
        [UserMemory] static byte* Marked { get; set; } static byte* Plain { get; set; }
        static void Kernel(void* p) { } static void KernelRef(ref byte* p) { } static void User([UserMemory] void* p) { } static void Number(ulong n) { }
        static ulong Wrap([PreservesValue] ulong n) => n; static bool TryWrap([PreservesValue] ulong n, out ulong result) { result = n; return true; }
        static ulong Vouch([UserMemory] ulong n) => n; [return: UserMemory] static ulong FromUser() => 0; static void Fetch([UserMemory] out ulong n) { n = 0; }
        static byte* Keep([PreservesValue] byte* p) => p; static void FetchPointer([UserMemory] out byte* p) { p = null; }

        """;

    /// <summary>A member of a class.</summary>
    public static Task Check(string member)
        => Verify.Rule<BoundaryAnalyzer>($"#nullable disable\n{Types}unsafe class C\n{{\n{Fields}{member}\n}}");

    /// <summary>The statements of a method with user memory of each kind.</summary>
    public static Task CheckBody(string statements)
        => Check($"void M([UserMemory] byte* p, [UserMemory] Node* node, [UserMemory] ulong user, UserPtr<int> ptr, Handle handle, Call call, byte* kernel, ulong number, int i)\n{{\n{statements}\n}}");

    /// <summary>Source files with types of their own.</summary>
    public static Task CheckTypes(string types) => Verify.Rule<BoundaryAnalyzer>($"#nullable disable\n{Types}{types}");
}
