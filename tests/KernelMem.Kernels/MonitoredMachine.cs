using System;
using System.Diagnostics;
using System.IO;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace KernelMem.Kernels;

/// <summary>A kernel that runs in QEMU, and QEMU's monitor beside it.</summary>
public sealed class MonitoredMachine : IDisposable
{
    private static readonly JsonSerializerOptions s_names = new() { PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower };

    private readonly TemporaryFolder _folder = new();
    private readonly Process _script;
    private readonly StringBuilder _output = new();
    private Socket? _socket;
    private StreamReader? _replies;
    private StreamWriter? _requests;

    private MonitoredMachine(string image, EmulatedMachine machine, int seconds)
    {
        ProcessStartInfo start = new("bash", [.. Emulator.Arguments(image, machine, seconds), "--monitor", SocketPath])
        {
            WorkingDirectory = Repository.Root,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        _script = Process.Start(start) ?? throw new InvalidOperationException("Cannot start the boot script");
        _script.StandardInput.Close();
    }

    /// <summary>What the kernel has said so far.</summary>
    public string Output => _output.ToString();

    private string SocketPath => _folder.File("monitor");

    /// <summary>Boots an image. The machine is stopped after so many seconds, or with <see cref="Dispose"/>.</summary>
    public static MonitoredMachine Boot(string image, EmulatedMachine machine, int seconds = 60) => new(image, machine, seconds);

    /// <summary>Reads what the kernel says up to a line.</summary>
    /// <returns>False if the kernel ends without having said it.</returns>
    public bool WaitFor(string line)
    {
        while (_script.StandardOutput.ReadLine() is string said)
        {
            _output.Append(said).Append('\n');
            if (said.TrimEnd('\r') == line)
                return true;
        }

        return false;
    }

    /// <summary>Gives QEMU's monitor a command, and returns its answer.</summary>
    public string Ask(string command)
    {
        if (_requests is null)
            Connect();
        return Execute("human-monitor-command", new { CommandLine = command }).GetString() ?? "";
    }

    /// <summary>Stops the machine.</summary>
    public void Dispose()
    {
        if (!_script.HasExited)
            _script.Kill(entireProcessTree: true);
        _script.WaitForExit();
        _script.Dispose();
        _requests?.Dispose();
        _replies?.Dispose();
        _socket?.Dispose();
        _folder.Dispose();
    }

    // QMP: the server greets, the client says what it can do.
    private void Connect()
    {
        _socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _socket.Connect(new UnixDomainSocketEndPoint(SocketPath));
        NetworkStream stream = new(_socket, ownsSocket: false);
        _replies = new StreamReader(stream, Encoding.UTF8);
        _requests = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true };
        _ = _replies.ReadLine();
        _ = Execute("qmp_capabilities", new { });
    }

    private JsonElement Execute(string command, object arguments)
    {
        string request = JsonSerializer.Serialize(new { execute = command, arguments }, s_names);
        _requests!.WriteLine(request);
        while (_replies!.ReadLine() is string line)
        {
            JsonElement reply = JsonDocument.Parse(line).RootElement;
            if (reply.TryGetProperty("return", out JsonElement value))
                return value;
            if (reply.TryGetProperty("error", out JsonElement error))
                throw new InvalidOperationException($"QEMU refuses '{request}': {error}");

            // Otherwise it is an event.
        }

        throw new InvalidOperationException("QEMU has ended");
    }
}
