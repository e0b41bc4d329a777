using System;
using System.Diagnostics.CodeAnalysis;
using KernelMem.Addresses;

namespace KernelMem.Simulation;

/// <summary>A processor exception that nothing in the simulated machine handled.</summary>
[SuppressMessage("Design", "CA1032", Justification = "Only a simulated CPU makes it, always with a result.")]
public sealed class SimulatedFaultException : Exception
{
    internal SimulatedFaultException(VirtAddr address, MmuResult result, string remark = "")
        : base(Describe(address, result) + remark)
    {
        Address = address;
        Outcome = result.Outcome;
        Fault = result.Fault;
    }

    /// <summary>The address that was accessed.</summary>
    public VirtAddr Address { get; }

    /// <summary>Which exception: a page fault or a general-protection exception.</summary>
    public MmuOutcome Outcome { get; }

    /// <summary>The page fault, if it is one.</summary>
    public SimulatedPageFault Fault { get; }

    private static string Describe(VirtAddr address, MmuResult result) => result.Outcome == MmuOutcome.PageFault
        ? $"page fault at 0x{address.Value:X16}, error code 0x{result.Fault.ErrorCode:X}"
        : $"general-protection exception: 0x{address.Value:X16} is not canonical";
}
