using System.Threading.Tasks;
using KernelMem.Analyzers.Rules.Layout;
using Microsoft.CodeAnalysis.Testing;

namespace KernelMem.Analyzers.Tests.Layout;

/// <summary>KM2008.</summary>
[TestClass]
public sealed class ManagedFieldTests
{
    [TestMethod]
    public Task A_reference()
        => Verify.Rule<ManagedFieldAnalyzer>(
            "[HardwareStruct] struct Device { public ulong A; public string {|#0:Name|}; }",
            new DiagnosticResult("KM2008", Microsoft.CodeAnalysis.DiagnosticSeverity.Error)
                .WithLocation(0)
                .WithMessage("'Device' is read by hardware, but 'Name' is of the managed type 'string'"));

    [TestMethod]
    public Task Arrays_delegates_and_interfaces()
        => Verify.Rule<ManagedFieldAnalyzer>("[HardwareStruct] struct S { byte[] [|_a|]; Action [|_b|]; IDisposable [|_c|]; object [|_d|], [|_e|]; dynamic [|_f|]; }");

    [TestMethod]
    public Task A_struct_that_holds_one()
        => Verify.Rule<ManagedFieldAnalyzer>("struct Inner { public int A; public Deep B; } struct Deep { public string Text; } [HardwareStruct] struct S { Inner [|_inner|]; (int, string) [|_pair|]; }");

    [TestMethod]
    public Task A_type_parameter_needs_a_constraint()
        => Verify.Rule<ManagedFieldAnalyzer>("[HardwareStruct] struct S<T, U, V> where U : struct where V : unmanaged { T [|_t|]; U [|_u|]; V _v; }");

    [TestMethod]
    public Task What_has_no_references_is_right()
        => Verify.Rule<ManagedFieldAnalyzer>("""
            enum Kind { A }
            struct Inner { public int A; }
            [InlineArray(4)] struct Words { ulong _first; }
            [HardwareStruct] unsafe struct S { int _a; Kind _b; Inner _c; void* _d; S* _e; delegate*<void> _f; nint _g; Words _h; fixed byte _i[4]; PtEntry _j; }
            """);

    [TestMethod]
    public Task Static_members_are_not_in_it()
        => Verify.Rule<ManagedFieldAnalyzer>("[HardwareStruct] struct S { static string s_name; const string Name = \"\"; string Computed => Name; int _a; }");

    [TestMethod]
    public Task A_field_behind_a_property_or_an_event()
        => Verify.Rule<ManagedFieldAnalyzer>("[HardwareStruct] struct S { public string [|Name|] { get; set; } public event Action [|Changed|]; }");

    [TestMethod]
    public Task A_reference_to_a_variable()
        => Verify.Rule<ManagedFieldAnalyzer>("[HardwareStruct] ref struct S { public ref int [|Place|]; Span<byte> [|_bytes|]; }");

    [TestMethod]
    public Task Other_structs_may_hold_anything() => Verify.Rule<ManagedFieldAnalyzer>("struct S { public string A; object B; }");

    [TestMethod]
    public Task A_generic_struct_by_its_arguments()
        => Verify.Rule<ManagedFieldAnalyzer>("struct Box<T> { public T Value; } [HardwareStruct] struct S { Box<int> _a; Box<string> [|_b|]; }");
}
