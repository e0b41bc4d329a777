using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using KernelMem.Kernels;
using KernelMem.Sdk.Tasks;

namespace KernelMem.Sdk.Tests;

/// <summary>
/// The link is an allocation proof: what needs the runtime that a kernel does not have fails the link, with no analyzer
/// involved. Each kernel here is compiled as it stands, by the compiler, ILC and the linker.
/// </summary>
[TestClass]
public sealed class LinkProofTests
{
    // The line of Act's body, which each kernel below has at the same place.
    private const int ActLine = 18;

    [TestMethod]
    public void AKernelThatNeedsNoRuntimeLinks() => Assert.AreEqual("", Link("s_number++;").Report);

    [TestMethod]
    [DataRow("s_object = new object();", "RhpNewFast", "new object() that escapes")]
    [DataRow("s_object = s_number;", "RhpNewFast", "boxing that escapes, which the compiler does in line")]
    [DataRow("s_object = new int[s_number];", "RhpNewArrayFast", "an array")]
    [DataRow("int n = s_number; s_action = () => s_number = n;", "RhpNewFast", "a capturing lambda")]
    [DataRow("throw new System.InvalidOperationException();", "RhpThrowEx", "throw")]
    public void WhatAllocatesOrThrowsIsFoundAtItsLine(string statement, string symbol, string what)
    {
        LinkedKernel kernel = Link(statement);

        bool found = kernel.References.Any(reference =>
            reference.Symbol == symbol && reference.Line == ActLine && Path.GetFileName(reference.File) == "Kernel.cs");
        Assert.IsTrue(found, $"{what} must fail the link at {symbol}, Kernel.cs:{ActLine}:\n{kernel.Report}");
    }

    [TestMethod]
    public void AMemberThatAKernelDoesNotHaveIsNamedByIlcAndFailsTheLink()
    {
        LinkedKernel kernel = Link("s_object = \"number \" + s_text;");

        StringAssert.Contains(kernel.IlcOutput, "IL1005", StringComparison.Ordinal);
        StringAssert.Contains(kernel.IlcOutput, "Concat", StringComparison.Ordinal);
        Assert.IsTrue(
            kernel.References.Any(static reference => reference is { Symbol: "KERNELMEM_FORBIDDEN_missing_member", Function: "Proof_Kernel__Act" }),
            kernel.Report);
    }

    [TestMethod]
    public void AStaticFieldThatNeedsCodeAtRunTimeFailsTheLinkAndNamesItsType()
    {
        LinkedKernel kernel = Link("s_number = (int)Lazy.Ticks;");

        UndefinedReference? reference = kernel.References.FirstOrDefault(static reference => reference.Symbol == "KERNELMEM_FORBIDDEN_lazy_static");
        Assert.IsNotNull(reference, kernel.Report);
        Assert.AreEqual("__GetNonGCStaticBase_Proof_Lazy", reference.Function, kernel.Report);
    }

    [TestMethod]
    public void AStaticFieldThatIlcCanComputeIsFine() => Assert.AreEqual("", Link("s_number = Computed.Table[s_number & 3];").Report);

    private static LinkedKernel Link(string statement)
    {
        string source = $$"""
            #pragma warning disable
            using System.Runtime.CompilerServices;
            using System.Runtime.InteropServices;
            using KernelMem.Machine;

            static unsafe class Kernel
            {
                static int s_number;
                static string s_text = "text";
                static object s_object;
                static System.Action s_action;

                [UnmanagedCallersOnly(EntryPoint = "kernel_main")]
                static void Main(int protocol, ulong information) { s_number = protocol; Act(); Keep(s_object); Keep(s_action); }

                [MethodImpl(MethodImplOptions.NoInlining)]
                static void Act()
                { {{statement}} }

                [MethodImpl(MethodImplOptions.NoInlining)]
                static void Keep(object value) { if (value != null) QemuExit.Exit(ExitCode.Success); }
            }

            static class Lazy { public static readonly ulong Ticks = Cpu.ReadTimeStamp(); }

            static class Computed { public static readonly int[] Table = { 1, 2 * 2, 3 * 3, 4 * 4 }; }
            """;
        using TemporaryFolder folder = new();
        string assembly = folder.File("Proof.dll");
        string kernelObject = folder.File("kernel.o");
        KernelRecipe.BootKernel.Project.CompileInstead(assembly, "Kernel.cs", source);
        CommandResult compiled = KernelRecipe.BootKernel.CompileToObject(assembly, kernelObject);
        CommandResult linked = KernelRecipe.BootKernel.Link(kernelObject, folder.File("kernel.elf"));
        return new LinkedKernel(compiled.Output, linked.Output, LinkErrors.Parse(linked.Output.Split('\n')));
    }

    private sealed record LinkedKernel(string IlcOutput, string Report, IReadOnlyList<UndefinedReference> References);
}
