using System.Threading.Tasks;
using KernelMem.Analyzers.Rules.Layout;
using KernelMem.CodeFixes.Layout;

namespace KernelMem.CodeFixes.Tests.Layout;

/// <summary>KM2005: a hardware struct states its layout.</summary>
[TestClass]
public sealed class StructLayoutFixTests
{
    [TestMethod]
    public Task The_layout_it_has()
        => Check(
            """
            using System.Runtime.InteropServices;
            using KernelMem.Annotations;

            /// <summary>A header.</summary>
            [HardwareStruct]
            struct {|KM2005:Header|}
            {
                public uint A;
            }
            """,
            """
            using System.Runtime.InteropServices;
            using KernelMem.Annotations;

            /// <summary>A header.</summary>
            [HardwareStruct]
            [StructLayout(LayoutKind.Sequential)]
            struct Header
            {
                public uint A;
            }
            """);

    [TestMethod]
    public Task A_packed_one_where_only_that_has_the_expected_size()
        => Check(
            """
            using System.Runtime.InteropServices;
            using KernelMem.Annotations;

            [HardwareStruct]
            [ExpectedSize(10)]
            struct {|KM2005:Pointer|}
            {
                public ushort Limit;
                public ulong Base;
            }
            """,
            """
            using System.Runtime.InteropServices;
            using KernelMem.Annotations;

            [HardwareStruct]
            [ExpectedSize(10)]
            [StructLayout(LayoutKind.Sequential, Pack = 1)]
            struct Pointer
            {
                public ushort Limit;
                public ulong Base;
            }
            """);

    [TestMethod]
    public Task A_layout_that_is_stated_wrongly_is_its_author_s()
        => Verify.NoFix<ExplicitLayoutAnalyzer, StructLayoutFix>(
            "using System.Runtime.InteropServices; using KernelMem.Annotations; [HardwareStruct, StructLayout(LayoutKind.Auto)] struct {|KM2005:S|} { public uint A; }");

    private static Task Check(string source, string fixedSource) => Verify.Fix<ExplicitLayoutAnalyzer, StructLayoutFix>(source, fixedSource);
}
